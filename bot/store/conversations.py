"""Conversations: one SELECT to load, one transaction to commit a turn."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.errors import AlreadySeenError, ConflictError
from bot.intake.conversation import CaseId, Conversation
from bot.intake.ports import CaseView, Incoming, TurnChange
from bot.store import statements as sql
from bot.store.commit import TurnCommit
from bot.store.database import Database, DuplicateError
from bot.store.rows import read_conversation
from bot.store.seal import Pocket

_NUMBERS = 1_000_000  # a case number has six digits, easy to say on the phone


@dataclass(frozen=True, slots=True)
class ConversationStore:
    """The conversations of persons; implements intake.ports.Store."""

    database: Database
    pocket: Pocket

    def load(self, incoming: Incoming) -> Conversation | None:
        """The conversation of this address, or None.

        Raises:
            AlreadySeenError: this update was handled before.
        """
        with self.database.read() as connection:
            row = connection.execute(sql.LOAD, self._keys(incoming)).one()
        if row.seen is not None:
            raise AlreadySeenError
        if row.id is None:
            return None
        return read_conversation(row, self.pocket, incoming.address)

    def commit(self, change: TurnChange, *, now: datetime) -> None:
        """Store the whole change, or nothing of it.

        Raises:
            ConflictError: the conversation is no longer at `before.version`.
            AlreadySeenError: this update was handled before.
        """
        try:
            with self.database.write() as connection:
                TurnCommit(connection, self.pocket, change, now).store()
        except DuplicateError:
            # Another process began at this address, or drew the same case number.
            # Deciding again finds the conversation, and draws another number.
            raise ConflictError from None
        if change.erase_case or change.erase_conversation:
            self.database.shred()

    def case_of(self, conversation: Conversation) -> CaseView | None:
        """The conversation's case, as far as this side may know it."""
        if conversation.case_id is None:
            return None
        with self.database.read() as connection:
            values = {"case": conversation.case_id}
            row = connection.execute(sql.CASE_VIEW, values).first()
        if row is None:
            return None
        return CaseView(
            CaseId(row.id), row.number, row.centre_id, row.recipient, row.status
        )

    def centre_recipient(self, centre: str) -> str | None:
        """The centre's age public key, or None while it has made no identity."""
        with self.database.read() as connection:
            return connection.execute(sql.CENTRE_RECIPIENT, {"centre": centre}).scalar()

    def who_has_seen(self, case: CaseId) -> Sequence[tuple[datetime, str]]:
        """Time and role of each opening of the case, oldest first."""
        with self.database.read() as connection:
            rows = connection.execute(sql.WHO_HAS_SEEN, {"case": case}).all()
        return [(row.at, row.colleague_role) for row in rows]

    def free_case_number(self) -> str:
        """Six digits that no case has."""
        while True:
            number = f"{secrets.randbelow(_NUMBERS):06}"
            with self.database.read() as connection:
                taken = connection.execute(sql.CASE_NUMBER, {"number": number})
                if taken.first() is None:
                    return number

    def reattach(self, incoming: Incoming, code: str) -> bool:
        """Give the conversation of this receipt code the new address; False if none.

        The draft and the lines to show again do not come along: they open only
        with the old address, which somebody else may hold by now. False as well if
        the new address has a case of its own.
        """
        values = {
            "code": self.pocket.hash_receipt(code),
            "channel": incoming.channel.value,
        }
        place = {"address": self._keys(incoming)["address"]}
        try:
            with self.database.write() as connection:
                found = connection.execute(sql.FIND_RECEIPT, values).scalar()
                if found is None:
                    return False
                place["conversation"] = found
                for statement in sql.MOVE_CONVERSATION:
                    connection.execute(statement, place)
        except DuplicateError:
            return False  # at this address there is a case already
        return True

    def _keys(self, incoming: Incoming) -> dict[str, object]:
        channel = incoming.channel
        return {
            "address": self.pocket.hash_address(channel, incoming.address),
            "channel": channel.value,
            "update": self.pocket.hash_update(channel, incoming.update_id),
        }
