"""How messages look on Telegram: length, keyboards, and every language's menu."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram_menu import COMMANDS
from bot.channels.telegram_send import Sender, split_message
from bot.intake.reply import Author, Line
from bot.settings import read_settings
from bot.store.database import Database
from bot.store.seal import Pocket
from bot.store.sent import SentMessages
from bot.wiring import TRANSLATIONS, load_words
from tests.bot_api import BotApi
from tests.fakes import FakeCatalogs
from tests.telegram_house import House

WRITTEN = sorted(path.parent.parent.name for path in TRANSLATIONS.glob("*/*/*.po"))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@given(
    st.lists(
        st.sampled_from(["word", "ማ", "🧒", "\n\n", "\n", " ", "- item", "x" * 70])
    ),
    st.integers(min_value=8, max_value=60),
)
def test_split_keeps_every_sign_in_order(pieces: list[str], limit: int) -> None:
    text = "".join(pieces)
    parts = split_message(text, limit)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(units(part) <= limit for part in parts if part.strip())


def test_split_cuts_between_paragraphs() -> None:
    paragraphs = [f"{n} " + "word " * 300 for n in range(5)]
    parts = split_message("\n\n".join(paragraphs))
    assert [part.count("\n\n") for part in parts] == [1, 1, 0]


def test_a_short_message_stays_whole() -> None:
    assert split_message("one\n\ntwo") == ["one\n\ntwo"]


async def test_every_part_of_a_long_message_is_noted_and_the_last_has_buttons(
    sqlite_database: Database, pocket: Pocket
) -> None:
    from bot.channels.telegram_bot import Client

    with BotApi().serve() as api:
        house = House(api, sqlite_database, pocket)
        client = Client(house.settings())
        sent = SentMessages(sqlite_database, pocket)
        directory = house.chat().words.directory
        sender = Sender(client.bot, _LongTexts(), sent, house.clock, directory)
        tokens = (("stop", "button.stop"), ("menu", "button.menu"))
        line = Line("long", {}, tokens, Author.BOT)
        last = await sender.send_line("7", "en", line)
        await client.close()
        shown = api.shown(7)
    assert [bool(posted.buttons) for posted in shown] == [False, False, True]
    assert last == str(shown[-1].id)
    (rows,) = (p["reply_markup"] for p in api.asked("sendMessage")[-1:])
    (row,) = rows["inline_keyboard"]  # two short labels stand side by side
    assert [button["callback_data"] for button in row] == ["stop", "menu"]
    assert [button["text"] for button in row] == ["✋ x", "☰ x"]
    noted = sent.due(house.clock(), after=timedelta(0))
    assert [message.message_id for message in noted] == [str(p.id) for p in shown[:-1]]


class _LongTexts(FakeCatalogs):
    def text(self, language: str, key: str, **args: str) -> str:
        return "word " * 2000 if key == "long" else "x"


@pytest.mark.parametrize("tag", WRITTEN)
def test_the_menus_words_fit(tag: str, tmp_path: Path) -> None:
    """Telegram's limits, and nothing that tells on a phone that others look at."""
    settings = read_settings({"PASSERELLE_DATA": str(tmp_path)})
    text = load_words(settings).catalogs.text
    for command in COMMANDS:
        assert 1 <= len(text(tag, f"telegram.command.{command}")) <= 60
    assert len(text(tag, "telegram.description")) <= 512
    assert len(text(tag, "telegram.short_description")) <= 120
