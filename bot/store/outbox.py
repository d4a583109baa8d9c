"""What waits for the web page: lines to show again, and a caseworker's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.intake.conversation import Channel
from bot.intake.reply import Line
from bot.store.database import Database
from bot.store.rows import open_line, read_key_line
from bot.store.schema import conversation, outbox
from bot.store.seal import Pocket
from bot.store.statements import CENTRE_OF_CASE

_AT_ADDRESS = outbox.c.address_hash == sa.bindparam("address")
# A line of the bot from before a takeover is never shown again after it.
_MAY_STILL_SPEAK = sa.or_(
    outbox.c.author != "bot",
    sa.and_(conversation.c.owner == "bot", conversation.c.epoch == outbox.c.epoch),
)
_LINES = (
    sa.select(outbox.c.payload)
    .join(conversation, conversation.c.id == outbox.c.conversation_id)
    .where(
        _AT_ADDRESS,
        outbox.c.kind == "say",
        outbox.c.status == "sending",
        _MAY_STILL_SPEAK,
    )
    .order_by(outbox.c.id)
)
_WORDS = (
    sa.select(
        outbox.c.id,
        outbox.c.payload,
        outbox.c.alias,
        outbox.c.created_at,
        CENTRE_OF_CASE,
    )
    .join(conversation, conversation.c.id == outbox.c.conversation_id)
    .where(
        _AT_ADDRESS,
        outbox.c.kind == "words",
        outbox.c.status == "waiting",
        conversation.c.stopped.is_(False),  # a stop holds a caseworker back as well
    )
    .order_by(outbox.c.id)
)
_NEWS = (
    sa.select(outbox.c.id, outbox.c.payload)
    .join(conversation, conversation.c.id == outbox.c.conversation_id)
    .where(
        _AT_ADDRESS,
        outbox.c.kind == "say_key",
        outbox.c.status == "waiting",
        _MAY_STILL_SPEAK,
    )
    .order_by(outbox.c.id)
)
_ACKNOWLEDGE = outbox.delete().where(
    _AT_ADDRESS,
    outbox.c.kind.in_(("words", "say_key")),
    outbox.c.id <= sa.bindparam("seen"),
)


@dataclass(frozen=True, slots=True)
class Words:
    """A caseworker's line, sealed to the relay; see RelayIdentity.open."""

    id: int
    sealed: bytes
    alias: str
    at: datetime
    centre_id: str


@dataclass(frozen=True, slots=True)
class WebOutbox:
    """The outbox of the web page, found by its address."""

    database: Database
    pocket: Pocket

    def lines_to_show(self, address: str) -> Sequence[Line]:
        """The lines of the last turn again, after a reload or a lost response."""
        with self.database.read() as connection:
            rows = connection.execute(_LINES, self._place(address)).all()
        return [open_line(row.payload, self.pocket, address=address)[0] for row in rows]

    def words_waiting(self, address: str) -> Sequence[Words]:
        """What caseworkers wrote and the page has not acknowledged, oldest first."""
        with self.database.read() as connection:
            rows = connection.execute(_WORDS, self._place(address)).all()
        return [
            Words(r.id, r.payload, r.alias or "", r.created_at, r.centre_id or "")
            for r in rows
        ]

    def news_waiting(self, address: str) -> Sequence[tuple[int, Line]]:
        """What became of the case meanwhile: (outbox id, line), oldest first."""
        with self.database.read() as connection:
            rows = connection.execute(_NEWS, self._place(address)).all()
        return [(row.id, read_key_line(row.payload)) for row in rows]

    def acknowledge(self, address: str, seen: int) -> None:
        """Forget the words and news that the page has shown, up to this id."""
        with self.database.write() as connection:
            connection.execute(_ACKNOWLEDGE, {**self._place(address), "seen": seen})

    def _place(self, address: str) -> dict[str, object]:
        return {"address": self.pocket.hash_address(Channel.WEB, address)}
