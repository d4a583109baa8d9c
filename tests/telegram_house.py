"""The Telegram channel on a real store, and phones that write to it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pyrage
import sqlalchemy as sa

from bot.channels.telegram import Telegram
from bot.intake.control import Control
from bot.intake.conversation import Channel, Conversation
from bot.intake.ports import Incoming, Kind
from bot.intake.rules import Rules
from bot.intake.turn import Turns
from bot.language.control_lists import load_control
from bot.settings import Settings, read_settings
from bot.store.conversations import ConversationStore
from bot.store.database import Database
from bot.store.schema import centre, inbox, outbox
from bot.store.seal import Pocket, RelayIdentity, Sealer
from bot.wiring import Chat, load_words
from tests.bot_api import TOKEN, BotApi, Posted
from tests.fakes import NLU_DATA, FakeCatalogs, FakeClock, FakeDirectory, FakeEngine

LANGUAGES = ("en", "nl", "fr", "ar")
TOPICS = frozenset({"residence", "police", "wages", "human"})
SECRET = "a-secret-that-only-tests-use"


async def eventually(
    condition: Callable[[], object],
    also: Callable[[], object] = lambda: None,
    seconds: float = 15,
) -> None:
    """Wait until it holds, doing something else between two looks."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not condition():
        assert loop.time() < deadline, "this never happened"
        also()
        await asyncio.sleep(0.01)


@lru_cache(maxsize=1)
def all_control() -> Control:
    """Control with the lists of every language."""
    return load_control(NLU_DATA, LANGUAGES)


@dataclass
class House:
    """One database, one Bot API server; any number of chat processes on them."""

    api: BotApi
    database: Database
    pocket: Pocket
    engine: FakeEngine = field(default_factory=FakeEngine)
    clock: FakeClock = field(default_factory=FakeClock)
    relay: RelayIdentity = field(
        default_factory=lambda: RelayIdentity(str(pyrage.x25519.Identity.generate()))
    )
    centre_identity: pyrage.x25519.Identity = field(
        default_factory=pyrage.x25519.Identity.generate
    )

    def settings(self, **values: str) -> Settings:
        return read_settings(
            {
                "TELEGRAM_BOT_TOKEN": TOKEN,
                "TELEGRAM_API_URL": self.api.url,
                **values,
            }
        )

    def chat(self, **values: str) -> Chat:
        """The parts of a chat process, with the engine and the texts played."""
        settings = self.settings(**values)
        rules = Rules(
            store=ConversationStore(self.database, self.pocket),
            engine=self.engine,
            catalogs=FakeCatalogs(),
            directory=FakeDirectory(),
            sealer=Sealer(),
            clock=self.clock,
            control=all_control(),
            languages=LANGUAGES,
            phone_tags=dict(zip(LANGUAGES, LANGUAGES, strict=True)),
            topics=TOPICS,
        )
        turns = Turns(rules)
        self.engine.dialogue = turns.dialogue
        words = load_words(settings)
        return Chat(
            settings, words, rules, turns, self.database, self.pocket, self.relay
        )

    @asynccontextmanager
    async def running(self, **values: str) -> AsyncIterator[Telegram]:
        """A chat process with Telegram, until the end of the block."""
        telegram = Telegram(self.chat(**values), second=0.05)
        async with telegram.run():
            yield telegram

    def open_centre(self, name: str) -> None:
        """Let a centre receive handovers."""
        recipient = str(self.centre_identity.to_public())
        row = {"id": name, "recipient": recipient, "created_at": self.clock()}
        with self.database.write() as connection:
            connection.execute(centre.insert(), row)

    async def quiet(self) -> None:
        """Until nothing waits any more, on the platform or here."""
        await eventually(lambda: not self.api.updates and not self._waiting())

    def rows(self, table: sa.Table) -> list[Any]:
        with self.database.read() as connection:
            return list(connection.execute(table.select()).all())

    def _waiting(self) -> bool:
        unread = [row for row in self.rows(inbox) if row.payload_sealed is not None]
        unsent = [r for r in self.rows(outbox) if r.status in {"waiting", "sending"}]
        return bool(unread or unsent)


@dataclass
class Phone:
    """Somebody's phone with the chat open."""

    house: House
    chat: int = 77001
    language: str = "en"

    def update(self, text: str = "", **content: Any) -> dict[str, Any]:
        """The update of a message; it is in the chat, but not brought to us."""
        if text:
            content["text"] = text
        api = self.house.api
        return api.update(
            message=api.message(self.chat, language=self.language, **content)
        )

    def types(self, text: str = "", **content: Any) -> None:
        self.house.api.queue(self.update(text, **content))

    def taps(self, token: str, under: int = 1) -> None:
        api = self.house.api
        press = api.press(self.chat, under, token)
        api.queue(api.update(callback_query=press))

    async def presses(self, *labels: str) -> None:
        """Press one button after the other, each on the screen then shown."""
        for label in labels:
            await eventually(lambda label=label: self._find(label))  # type: ignore[misc]
            posted, token = self._find(label) or (None, "")
            assert posted is not None
            self.taps(token, under=posted.id)
            await self.house.quiet()

    async def hears(self, key: str, times: int = 1) -> None:
        """Until the bot said it so many times."""
        await eventually(lambda: self.count(key) >= times)

    def count(self, key: str) -> int:
        keys = [text.split()[1] for text in self.said if text.startswith("[")]
        return keys.count(key)

    @property
    def said(self) -> list[str]:
        return self.house.api.said(self.chat)

    @property
    def conversation(self) -> Conversation | None:
        store = ConversationStore(self.house.database, self.house.pocket)
        look = Incoming(Channel.TELEGRAM, str(self.chat), "look", Kind.TEXT, "")
        return store.load(look)

    def _find(self, label: str) -> tuple[Posted, str] | None:
        """The newest message's button that bears this label."""
        said = [m for m in self.house.api.shown(self.chat) if m.from_bot and m.buttons]
        for posted in reversed(said):
            for shown, token in posted.buttons:
                if shown.endswith(f"button.{label}"):
                    return posted, token
            return None
        return None
