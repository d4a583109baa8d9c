"""A person whose turns are stored, and the times at which they happen."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.intake.conversation import (
    CaseId,
    Channel,
    Conversation,
    ConversationId,
    Owner,
)
from bot.intake.ports import Incoming, Kind, NewCase, TurnChange
from bot.intake.reply import Author, Line
from bot.store.conversations import ConversationStore
from bot.store.database import Database
from bot.store.schema import centre
from bot.store.seal import Pocket, Sealer

NOON = datetime(2030, 5, 4, 12, tzinfo=UTC)
_numbers = itertools.count(1)


@dataclass
class Person:
    """Somebody who writes; each `turn` is one update, stored."""

    store: ConversationStore
    channel: Channel
    address: str
    updates: Any = field(default_factory=itertools.count)

    def incoming(self, update_id: str | None = None) -> Incoming:
        update = update_id or f"{self.address}-{next(self.updates)}"
        return Incoming(self.channel, self.address, update, Kind.BUTTON, "menu", "en")

    @property
    def conversation(self) -> Conversation | None:
        return self.store.load(self.incoming())

    def change(self, *keys: str, **options: Any) -> TurnChange:
        """A turn not yet stored: its lines, and what it changes."""
        incoming = options.pop("incoming", None) or self.incoming()
        author = options.pop("author", Author.BOT)
        before = self.store.load(incoming)
        start = before or Conversation(
            ConversationId(f"c{next(_numbers)}"), self.channel, "en"
        )
        after = replace(start, **options.pop("after", {}))
        lines = [Line(key, {}, (), author) for key in keys]
        return TurnChange(before, after, incoming, lines, **options)

    def turn(self, *keys: str, now: datetime = NOON, **options: Any) -> TurnChange:
        change = self.change(*keys, **options)
        self.store.commit(change, now=now)
        return change


@pytest.fixture
def store(database: Database, pocket: Pocket) -> ConversationStore:
    return ConversationStore(database, pocket)


@pytest.fixture
def person(store: ConversationStore) -> Person:
    """Somebody on the web page."""
    return Person(store, Channel.WEB, "a long random web token")


@pytest.fixture
def chatter(store: ConversationStore) -> Person:
    """Somebody on Telegram."""
    return Person(store, Channel.TELEGRAM, "4711")


@pytest.fixture
def new_person(store: ConversationStore) -> Callable[[Channel, str], Person]:
    return lambda channel, address: Person(store, channel, address)


@pytest.fixture
def new_case(database: Database) -> Callable[..., NewCase]:
    """Makes sealed cases for a centre that exists."""
    sealer = Sealer()
    recipient, _ = sealer.new_case_key(_a_recipient())
    with database.write() as connection:
        row = {"id": "payoke", "recipient": recipient, "created_at": NOON}
        connection.execute(centre.insert(), row)

    def make(**values: Any) -> NewCase:
        key, sealed_key = sealer.new_case_key(recipient)
        number = next(_numbers)
        case = NewCase(
            id=CaseId(f"case{number}"),
            number=f"{number:06}",
            centre="payoke",
            recipient=key,
            sealed_key=sealed_key,
            sealed_text=sealer.seal(key, "Call me in the morning."),
            language="en",
            urgent=False,
            interpreter=False,
            may_write=True,
            review_status="reviewed",
        )
        return replace(case, **values)

    return make


def _a_recipient() -> str:
    import pyrage

    return str(pyrage.x25519.Identity.generate().to_public())


@pytest.fixture
def noon() -> datetime:
    return NOON


@pytest.fixture
def human() -> dict[str, Any]:
    """What a turn's `after` says while a caseworker speaks."""
    return {"owner": Owner.HUMAN}


@pytest.fixture
def keys_of() -> Callable[[Sequence[Line]], list[str]]:
    return lambda lines: [line.key for line in lines]
