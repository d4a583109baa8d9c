"""Links that start a chat on Telegram: the code is read, and kept nowhere."""

from collections.abc import Iterator

import pytest

from bot.channels.telegram import info_address
from bot.intake.conversation import Step
from bot.settings import read_settings
from bot.store.database import Database
from bot.store.links import list_counts
from bot.store.schema import conversation, inbox, link_count
from bot.store.seal import Pocket
from tests.bot_api import BotApi
from tests.link_house import end_link, make_link
from tests.telegram_house import House, Phone


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def house(sqlite_database: Database, pocket: Pocket) -> Iterator[House]:
    with BotApi().serve() as api:
        yield House(api, sqlite_database, pocket)


async def test_a_link_starts_the_chat_in_its_language(house: House) -> None:
    wish = {"channel": "telegram", "language": "ar", "region": "wallonia"}
    row = make_link(house.database, house.clock(), **wish)
    phone = Phone(house, language="fr")
    async with house.running() as telegram:
        phone.types(f"/start {row.code}")
        await phone.hears("first.hello")
        found = phone.conversation
        assert found is not None
        assert (found.language, found.step) == ("ar", Step.FIRST)
        assert found.link_region == "wallonia"
        assert "region" not in found.facts
        phone.types(f"/start {row.code}")  # it began only once
        await phone.hears("first.hello", times=2)
        await house.quiet()
        telegram._turns.ways_in.add_up()
    with house.database.read() as connection:
        assert [n for _, n in list_counts(connection, [row.id])[row.id]] == [1]
    for kept in house.rows(inbox) + house.rows(conversation):
        assert row.code not in str(kept)
        assert row.id not in str(kept)


@pytest.mark.parametrize("how", ["ended", "expired", "unknown", "of the web page"])
async def test_a_link_that_does_not_work_gets_the_number_alone(
    house: House, how: str
) -> None:
    now = house.clock()
    channel = "web" if how == "of the web page" else "telegram"
    expires = now if how == "expired" else None
    row = make_link(house.database, now, channel=channel, expires_at=expires)
    if how == "ended":
        end_link(house.database, now, row)
    code = "zzzzzzzz" if how == "unknown" else row.code
    phone = Phone(house, language="nl")
    async with house.running() as telegram:
        phone.types(f"/start {code}")
        await phone.hears("numbers.link_closed")
        await house.quiet()
        telegram._turns.ways_in.add_up()
    assert phone.said == [phone.said[0]]
    assert phone.said[0].startswith("[nl] numbers.link_closed")
    assert all(not message.buttons for message in house.api.shown(phone.chat))
    assert house.rows(conversation) == house.rows(link_count) == []


async def test_a_word_that_is_no_code_is_a_plain_start(house: House) -> None:
    phone = Phone(house)
    async with house.running():
        phone.types("/start somewhere")
        await phone.hears("first.hello")
    assert phone.count("numbers.link_closed") == 0


async def test_an_ended_link_leaves_a_conversation_as_it_is(house: House) -> None:
    phone = Phone(house)
    async with house.running():
        phone.types("/start")
        await phone.hears("first.hello")
        await house.quiet()
        before = phone.conversation
        phone.types("/start zzzzzzzz")
        await phone.hears("numbers.link_closed")
        await house.quiet()
        assert phone.conversation == before


async def test_who_helps_another_is_led_to_the_page(house: House) -> None:
    phone = Phone(house)
    async with house.running(PASSERELLE_CHAT_URL="https://chat.example/"):
        phone.types("/start")
        await phone.presses("go_on", "yes", "yes", "help_someone_else")
        await phone.hears("helper.hello")
        await house.quiet()
    keyboards = [
        params.get("reply_markup") for params in house.api.asked("sendMessage")
    ]
    rows = [row for one in keyboards if one for row in one["inline_keyboard"]]
    links = [button["url"] for row in rows for button in row if "url" in button]
    assert links == ["https://chat.example/info?l=en"]


def test_without_an_outside_address_there_is_no_page_to_name() -> None:
    assert info_address(read_settings({})) == ""
