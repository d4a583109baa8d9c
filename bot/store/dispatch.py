"""The Telegram side of the outbox: in order, at least once, never after a takeover."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.intake.reply import Line
from bot.store.database import Database
from bot.store.rows import open_line, read_key_line
from bot.store.schema import conversation, outbox, sent_message
from bot.store.seal import Pocket, Purpose
from bot.store.sent import sent_row
from bot.store.statements import CENTRE_OF_CASE

LEASE = timedelta(seconds=30)  # must exceed the time-out of one send (10 s)
_LONGEST_WAIT = timedelta(minutes=5)
# After an outage no answer of the machine lights up a phone that someone else holds.
_STALE = timedelta(minutes=30)

_now: sa.BindParameter[datetime] = sa.bindparam("now")
_older = outbox.alias("older")
_UNSENT = ("waiting", "sending")
# A dispatcher that died in the middle of a send leaves a lease that runs out.
_DUE = sa.or_(
    sa.and_(outbox.c.status == "waiting", outbox.c.next_attempt_at <= _now),
    sa.and_(outbox.c.status == "sending", outbox.c.lease_until <= _now),
)
_OLDER_UNSENT = (
    _older.c.address_hash == outbox.c.address_hash,
    _older.c.id < outbox.c.id,
    _older.c.status.in_(_UNSENT),
)
_IS_DUE = (outbox.c.channel == "telegram", _DUE)


def _may_pass(line: Any) -> sa.ColumnElement[bool]:
    """A stop holds everybody back but the answers of control."""
    return sa.or_(conversation.c.stopped.is_(False), line.c.author == "control")


# The conversation is locked together with its line, so a claim falls wholly before
# or wholly after a takeover; what another process holds is skipped, not waited for.
_NEXT_LINE = (
    sa.select(
        outbox,
        conversation.c.owner,
        conversation.c.epoch.label("epoch_now"),
        conversation.c.silenced,
        conversation.c.language,
        conversation.c.address_sealed.label("chat_sealed"),
        CENTRE_OF_CASE,
    )
    .join(conversation, conversation.c.id == outbox.c.conversation_id)
    .where(
        *_IS_DUE,
        _may_pass(outbox),
        ~sa.exists().where(*_OLDER_UNSENT, _may_pass(_older)),
    )
    .order_by(outbox.c.id)
    .limit(1)
    .with_for_update(of=[outbox, conversation], skip_locked=True)
)
_NEXT_FAREWELL = (
    sa.select(outbox, outbox.c.address_sealed.label("chat_sealed"))
    .where(
        outbox.c.conversation_id.is_(None),
        *_IS_DUE,
        ~sa.exists().where(*_OLDER_UNSENT),
    )
    .order_by(outbox.c.id)
    .limit(1)
    .with_for_update(of=outbox, skip_locked=True)
)
_row = outbox.c.id == sa.bindparam("row")
_CLAIM = (
    outbox.update()
    .where(_row)
    .values(
        status="sending",
        lease_until=sa.bindparam("until"),
        attempts=outbox.c.attempts + 1,
    )
)
_FORGET = {"payload": b"", "lease_until": None}
_DROP = outbox.update().where(_row).values(status="dropped", **_FORGET)
# The number of attempts names the claim: who was overtaken changes nothing.
_OURS = sa.and_(_row, outbox.c.attempts == sa.bindparam("claim"))
_DELETE = outbox.delete().where(_OURS)
_FAIL = outbox.update().where(_OURS).values(status="failed", **_FORGET)
_RETRY = (
    outbox.update()
    .where(_OURS, outbox.c.status == "sending")
    .values(status="waiting", lease_until=None, next_attempt_at=sa.bindparam("when"))
)
_STILL_THERE = sa.select(conversation.c.id).where(
    conversation.c.id == sa.bindparam("conversation")
)
_SILENCE = (
    conversation.update()
    .where(conversation.c.id == sa.bindparam("conversation"))
    .values(silenced=True, version=conversation.c.version + 1)
)
_DROP_ALL = (
    outbox.update()
    .where(outbox.c.conversation_id == sa.bindparam("conversation"))
    .values(status="dropped", **_FORGET)
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A line to send now; exactly one of `line` and `words` is there.

    Args:
        language: to word a line in, or to introduce a caseworker's words in.
        words: a caseworker's line, sealed to the relay.
    """

    id: int
    claim: int
    conversation_id: str | None
    chat_id: str
    language: str
    line: Line | None
    words: bytes | None
    alias: str
    centre_id: str  # of a caseworker's words


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Hands out the lines to send on Telegram; any number of processes may ask."""

    database: Database
    pocket: Pocket

    def claim_next(self, now: datetime) -> Claimed | None:
        """The oldest line that may go, leased to the caller; None if there is none."""
        with self.database.write() as connection:
            while row := connection.execute(_NEXT_LINE, {"now": now}).first():
                if _may_go(row, now):
                    return self._claim(connection, row, now)
                connection.execute(_DROP, {"row": row.id})
            row = connection.execute(_NEXT_FAREWELL, {"now": now}).first()
            return self._claim(connection, row, now) if row else None

    def mark_sent(self, claimed: Claimed, message_id: str, now: datetime) -> None:
        """Forget the line, and remember (sealed) what must be wiped one day."""
        with self.database.write() as connection:
            connection.execute(_DELETE, _claim_of(claimed))
            # Erased while the line was on its way: it must not stay in the chat.
            gone = _is_gone(connection, claimed.conversation_id)
            message = sent_row(
                self.pocket, claimed.chat_id, message_id, direction="out", now=now
            )
            message["wipe_now"] = gone
            connection.execute(sent_message.insert(), message)

    def retry_at(
        self, claimed: Claimed, now: datetime, wait: timedelta | None = None
    ) -> datetime:
        """Give the line back until later: as long as the platform says, or doubling."""
        if wait is None:
            wait = min(timedelta(seconds=2 ** min(claimed.claim, 16)), _LONGEST_WAIT)
        with self.database.write() as connection:
            when = now + wait
            connection.execute(_RETRY, {**_claim_of(claimed), "when": when})
        return when

    def fail(self, claimed: Claimed) -> None:
        """Give up on a line that the platform will never take."""
        with self.database.write() as connection:
            connection.execute(_FAIL, _claim_of(claimed))

    def silence(self, claimed: Claimed) -> None:
        """The person blocked us: drop all that waits, until they write again."""
        if claimed.conversation_id is None:
            self.fail(claimed)
            return
        place = {"conversation": claimed.conversation_id}
        with self.database.write() as connection:
            connection.execute(_SILENCE, place)
            connection.execute(_DROP_ALL, place)

    def _claim(self, connection: sa.Connection, row: Any, now: datetime) -> Claimed:
        connection.execute(_CLAIM, {"row": row.id, "until": now + LEASE})
        line, language = None, ""
        if row.kind == "say":
            line, language = open_line(row.payload, self.pocket, address="")
        elif row.kind == "say_key":
            line = read_key_line(row.payload)
        chat_id = self.pocket.open(Purpose.ADDRESS, row.chat_sealed)
        return Claimed(
            id=row.id,
            claim=row.attempts + 1,
            conversation_id=row.conversation_id,
            chat_id=chat_id,
            language=language or row.language,
            line=line,
            words=row.payload if row.kind == "words" else None,
            alias=row.alias or "",
            centre_id=(row.centre_id or "") if row.kind == "words" else "",
        )


def _may_go(row: Any, now: datetime) -> bool:
    if row.silenced:
        return False
    if row.author != "caseworker" and row.created_at <= now - _STALE:
        return False
    still_speaks = row.owner == "bot" and row.epoch == row.epoch_now
    return bool(row.author != "bot" or still_speaks)


def _claim_of(claimed: Claimed) -> dict[str, int]:
    return {"row": claimed.id, "claim": claimed.claim}


def _is_gone(connection: sa.Connection, conversation_id: str | None) -> bool:
    if conversation_id is None:
        return False  # a farewell stays until its time is up
    place = {"conversation": conversation_id}
    return connection.execute(_STILL_THERE, place).first() is None
