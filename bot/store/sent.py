"""What is on the platform and must be wiped from it: both sides of a Telegram chat."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.intake.conversation import Channel
from bot.store.database import Database, notify
from bot.store.schema import sent_message
from bot.store.seal import Pocket, Purpose

# Telegram lets nobody delete a message that is older.
WINDOW = timedelta(hours=48)

_WIPE_ALL = (
    sent_message.update()
    .where(sent_message.c.address_hash == sa.bindparam("address"))
    .values(wipe_now=True)
)
_DUE = (
    sa.select(
        sent_message.c.id, sent_message.c.address_sealed, sent_message.c.message_sealed
    )
    .where(
        sa.or_(
            sent_message.c.wipe_now.is_(sa.true()),
            sent_message.c.sent_at <= sa.bindparam("old"),
        ),
        sent_message.c.next_attempt_at <= sa.bindparam("now"),
    )
    .order_by(sent_message.c.id)
    .limit(100)
)
_THESE = sent_message.c.id.in_(sa.bindparam("rows", expanding=True))
_FORGET = sent_message.delete().where(_THESE)
_PUT_OFF = (
    sent_message.update().where(_THESE).values(next_attempt_at=sa.bindparam("when"))
)


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message to delete on the platform; deleting it twice does no harm."""

    id: int
    chat_id: str
    message_id: str


@dataclass(frozen=True, slots=True)
class SentMessages:
    """The list of what to wipe; it outlives the conversation it came from."""

    database: Database
    pocket: Pocket

    def note_received(self, chat_id: str, message_id: str, now: datetime) -> None:
        """Remember (sealed) a message of the person, to wipe their side as well."""
        row = sent_row(self.pocket, chat_id, message_id, direction="in", now=now)
        with self.database.write() as connection:
            connection.execute(sent_message.insert(), row)

    def note_sent(self, chat_id: str, message_id: str, now: datetime) -> None:
        """Remember (sealed) a message of ours that came from no outbox."""
        row = sent_row(self.pocket, chat_id, message_id, direction="out", now=now)
        with self.database.write() as connection:
            connection.execute(sent_message.insert(), row)

    def wipe_all(self, chat_id: str) -> None:
        """Make everything in this chat due at once."""
        address = self.pocket.hash_address(Channel.TELEGRAM, chat_id)
        with self.database.write() as connection:
            connection.execute(_WIPE_ALL, {"address": address})
            notify(connection)

    def due(self, now: datetime, *, after: timedelta) -> Sequence[SentMessage]:
        """Up to 100 messages to wipe now: those older than this, or asked for."""
        with self.database.read() as connection:
            values = {"now": now, "old": now - after}
            rows = connection.execute(_DUE, values).all()
        return [
            SentMessage(
                row.id,
                self.pocket.open(Purpose.ADDRESS, row.address_sealed),
                self.pocket.open(Purpose.MESSAGE, row.message_sealed),
            )
            for row in rows
        ]

    def mark_wiped(self, messages: Sequence[SentMessage]) -> None:
        """Forget what is no longer on the platform, or can no longer be wiped."""
        with self.database.write() as connection:
            connection.execute(_FORGET, {"rows": [message.id for message in messages]})

    def retry_at(self, messages: Sequence[SentMessage], when: datetime) -> None:
        """Leave these for later."""
        with self.database.write() as connection:
            rows = [message.id for message in messages]
            connection.execute(_PUT_OFF, {"rows": rows, "when": when})


def sent_row(
    pocket: Pocket, chat_id: str, message_id: str, *, direction: str, now: datetime
) -> dict[str, Any]:
    """The row of a message on the platform."""
    return {
        "address_hash": pocket.hash_address(Channel.TELEGRAM, chat_id),
        "address_sealed": pocket.seal(Purpose.ADDRESS, chat_id),
        "direction": direction,
        "message_sealed": pocket.seal(Purpose.MESSAGE, message_id),
        "wipe_now": False,
        "sent_at": now,
        "next_attempt_at": now,
    }
