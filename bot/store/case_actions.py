"""What a colleague does to a case, each in one transaction with its audit record."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.store.case_answers import ERASE, Ending, Opened, Refusal, Refused
from bot.store.cases import SealedMessage, find_presence, read_messages
from bot.store.chain import Chain
from bot.store.database import notify
from bot.store.schema import (
    OPENED,
    case_file,
    case_message,
    colleague,
    conversation,
    outbox,
)
from bot.store.takeover import add_words, hand_back, take_over


@dataclass(frozen=True, slots=True)
class CaseDesk:
    """One colleague at work; every method wants a transaction that writes."""

    connection: sa.Connection
    audit: Chain
    centre_id: str
    colleague_id: str
    role: str
    now: datetime

    def open(self, case_id: str) -> Opened | Refused:
        """The sealed case; that it was opened is on record before it leaves."""
        row = self._find(case_id)
        if row is None or row["sealed_key"] is None:
            return Refused(Refusal.NOT_FOUND)
        self._record(case_id, OPENED)
        messages = read_messages(self.connection, case_id)
        return Opened(row["sealed_key"], row["recipient"], messages)

    def claim(self, case_id: str) -> Refused | None:
        """Take the case and silence the bot for good; of two at once one wins.

        Raises:
            StillSendingError: a line of the bot is on its way; nothing was changed.
        """
        row = self._lock(case_id)
        if row is None:
            return Refused(Refusal.NOT_FOUND)
        if row["claimed_by"] == self.colleague_id:
            return None
        taken = (
            case_file.update()
            .where(
                case_file.c.id == case_id,
                case_file.c.status.in_(("waiting", "handed_back")),
                case_file.c.claimed_by.is_(None),
            )
            .values(
                status="claimed",
                claimed_by=self.colleague_id,
                claimed_at=self.now,
                last_activity_at=self.now,
            )
        )
        if self.connection.execute(taken).rowcount == 0:
            return self._lost(row)
        if row["current_case"] == case_id:
            take_over(self.connection, row["conversation_id"], self.now)
        self._record(case_id, "claimed")
        notify(self.connection)
        return None

    def write(
        self, case_id: str, *, to_case: bytes, to_relay: bytes, signature: str
    ) -> SealedMessage | Refused:
        """Keep a line in the case and put it on its way to the person."""
        row = self._lock(case_id)
        if row is None:
            return Refused(Refusal.NOT_FOUND)
        if row["claimed_by"] != self.colleague_id:
            return Refused(Refusal.NOT_YOURS)
        if why := _writing_barrier(row):
            return Refused(why)
        add_words(
            self.connection,
            row["conversation_id"],
            to_relay,
            alias=signature,
            now=self.now,
        )
        message = self._keep(case_id, to_case)
        self._touch(case_id)
        return message

    def end(self, case_id: str, how: Ending, *, number: str = "") -> Refused | None:
        """Hand back, close or erase; erasing wants the case's number typed again."""
        row = self._lock(case_id)
        if row is None:
            return Refused(Refusal.NOT_FOUND)
        if row["status"] not in how.allowed_from:
            return Refused(Refusal.CHANGED)
        # A colleague's case is not ended behind their back, but may be erased: the
        # person can ask any of them for that.
        if how is not ERASE and row["claimed_by"] not in {None, self.colleague_id}:
            return Refused(Refusal.NOT_YOURS)
        if how is ERASE and number.replace(" ", "") != row["number"]:
            return Refused(Refusal.WRONG_NUMBER)
        self._end_case(case_id, how)
        if row["current_case"] == case_id:
            # Who pressed stop, or blocked the chat, is sent nothing at all.
            wants_lines = find_presence(row) == "here"
            self._release(row["conversation_id"], how, wants_lines=wants_lines)
        self._record(case_id, how.event)
        notify(self.connection)
        return None

    def _find(self, case_id: str) -> sa.RowMapping | None:
        """The case and where its person is; None for what is not this centre's."""
        query = (
            sa.select(
                case_file,
                colleague.c.alias.label("holder"),
                conversation.c.stopped,
                conversation.c.silenced,
                conversation.c.case_id.label("current_case"),
            )
            .join_from(
                case_file,
                conversation,
                conversation.c.id == case_file.c.conversation_id,
                isouter=True,
            )
            .join(colleague, colleague.c.id == case_file.c.claimed_by, isouter=True)
            .where(
                case_file.c.id == case_id,
                case_file.c.centre_id == self.centre_id,
                case_file.c.status != "erased",
            )
        )
        return self.connection.execute(query).mappings().first()

    def _lock(self, case_id: str) -> sa.RowMapping | None:
        """Take the conversation's row, then the case's, in the order turns do."""
        row = self._find(case_id)
        if row is None:
            return None
        for table, key in (
            (conversation, row["conversation_id"]),
            (case_file, case_id),
        ):
            query = sa.select(table.c.id).where(table.c.id == key).with_for_update()
            self.connection.execute(query)
        return self._find(case_id)  # it may have changed while we stood in line

    def _lost(self, row: sa.RowMapping) -> Refused:
        if row["claimed_by"] is None:
            return Refused(Refusal.CHANGED)
        return Refused(Refusal.TAKEN, by=row["holder"] or "")

    def _keep(self, case_id: str, sealed: bytes) -> SealedMessage:
        values = {
            "case_id": case_id,
            "author": "caseworker",
            "sealed": sealed,
            "created_at": self.now,
        }
        insert = case_message.insert().returning(case_message.c.id)
        number = self.connection.execute(insert, values).scalar_one()
        return SealedMessage(number, "caseworker", self.now, sealed)

    def _touch(self, case_id: str) -> None:
        self.connection.execute(
            case_file.update()
            .where(case_file.c.id == case_id)
            .values(last_activity_at=self.now)
        )

    def _end_case(self, case_id: str, how: Ending) -> None:
        values: dict[str, Any] = {
            "status": how.status,
            "claimed_by": None,
            "claimed_at": None,
            "last_activity_at": self.now,
        }
        if how is ERASE:
            # Without its key the case is noise, also in a copy made before today.
            values |= {"sealed_key": None, "language": "", "urgent": False}
            values |= {"interpreter": False, "may_write": False}
            gone = case_message.delete().where(case_message.c.case_id == case_id)
            self.connection.execute(gone)
        self.connection.execute(
            case_file.update().where(case_file.c.id == case_id).values(values)
        )

    def _release(self, conversation_id: str, how: Ending, *, wants_lines: bool) -> None:
        """Give the conversation back to the bot, with one line that says so."""
        if how is ERASE:
            self._drop_words(conversation_id)
        hand_back(self.connection, conversation_id, self.now)
        moved = (
            conversation.update()
            .where(conversation.c.id == conversation_id)
            .values(step=how.step, version=conversation.c.version + 1)
            .returning(
                conversation.c.id.label("conversation_id"),
                conversation.c.address_hash,
                conversation.c.channel,
                conversation.c.epoch,
            )
        )
        place = self.connection.execute(moved).mappings().one()
        if not wants_lines:
            return
        line = {
            "author": "bot",
            # The desk holds no secret of the chat, so the line is a bare key.
            "kind": "say_key",
            "payload": how.say.encode("ascii"),
            "status": "waiting",
            "attempts": 0,
            "next_attempt_at": self.now,
            "created_at": self.now,
        }
        self.connection.execute(outbox.insert(), {**place, **line})

    def _drop_words(self, conversation_id: str) -> None:
        """Nothing that a caseworker wrote outlives the case on its way out."""
        self.connection.execute(
            outbox.delete().where(
                outbox.c.conversation_id == conversation_id,
                outbox.c.kind == "words",
                outbox.c.status != "sending",
            )
        )

    def _record(self, case_id: str, event: str) -> None:
        values = {
            "centre_id": self.centre_id,
            "case_id": case_id,
            "colleague_role": self.role,
            "colleague_id": self.colleague_id,
            "event": event,
            "at": self.now,
        }
        self.audit.append(self.connection, values)


def _writing_barrier(row: sa.RowMapping) -> Refusal | None:
    """Why the person of this case cannot be written to now, or None."""
    presence = find_presence(row)
    if presence != "here":
        return Refusal(presence)
    wrote = row["person_wrote_at"]
    has_written = wrote is not None and wrote > row["created_at"]
    return None if row["may_write"] or has_written else Refusal.UNASKED
