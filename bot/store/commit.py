"""What one turn changes, as rows: all of it in the caller's one transaction."""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.errors import AlreadySeenError, ConflictError
from bot.intake.conversation import CaseId, Channel
from bot.intake.ports import NewCase, TurnChange
from bot.store import statements as sql
from bot.store.chain import consent_chain
from bot.store.database import notify
from bot.store.rows import write_conversation, write_lines
from bot.store.seal import Pocket, Purpose


@dataclass(frozen=True, slots=True)
class TurnCommit:
    """One turn's change, stored inside the caller's transaction."""

    connection: sa.Connection
    pocket: Pocket
    change: TurnChange
    now: datetime

    def store(self) -> None:
        """Store the whole change, or raise.

        Raises:
            AlreadySeenError, ConflictError: as in ConversationStore.commit.
        """
        self._remember_update()
        # The conversation's row before all that hangs on it: changing it is the
        # lock that orders turns, dispatch and takeover among each other.
        if self.change.erase_conversation:
            self._erase_conversation()
        elif self.change.before is None:
            self._insert()
        else:
            self._update()
        self._add_lines()
        self._keep_receipt()
        self._forget_address()
        if not self.change.erase_conversation:
            self._add_consents()
        self._store_case()

    def _remember_update(self) -> None:
        incoming = self.change.incoming
        values = {
            "channel": incoming.channel.value,
            "update": self.pocket.hash_update(incoming.channel, incoming.update_id),
            "now": self.now,
        }
        if self.connection.execute(sql.REMEMBER_UPDATE, values).rowcount == 0:
            raise AlreadySeenError

    def _insert(self) -> None:
        after, incoming = self.change.after, self.change.incoming
        telegram = incoming.channel is Channel.TELEGRAM
        sealed = self.pocket.seal(Purpose.ADDRESS, incoming.address)
        values = {
            **write_conversation(self.change, self.pocket, self.now),
            "id": after.id,
            "address_hash": self._address_hash(),
            "channel": incoming.channel.value,
            # The web page comes to us; only a Telegram chat must be found again.
            "address_sealed": sealed if telegram else None,
            "created_at": self.now,
        }
        self.connection.execute(sql.INSERT_CONVERSATION, values)

    def _update(self) -> None:
        values = write_conversation(self.change, self.pocket, self.now)
        values |= self._place()
        if self.connection.execute(sql.UPDATE_CONVERSATION, values).rowcount == 0:
            raise ConflictError
        if self.change.incoming.channel is Channel.WEB:
            # A next turn proves that the page showed the lines of the last one.
            self.connection.execute(sql.DELETE_SAID, self._place())

    def _erase_conversation(self) -> None:
        place = self._place()
        if self.change.before is not None:
            erased = self.connection.execute(sql.DELETE_CONVERSATION, place)
            if erased.rowcount == 0:
                raise ConflictError
        self.connection.execute(sql.DELETE_CONSENTS, place)
        self.connection.execute(sql.WIPE_NOW, {"address": self._address_hash()})

    def _add_lines(self) -> None:
        rows = write_lines(self.change, self.pocket, self.now)
        if rows:
            self.connection.execute(sql.INSERT_LINES, rows)
        if rows and self.change.incoming.channel is Channel.TELEGRAM:
            notify(self.connection)

    def _keep_receipt(self) -> None:
        code = self.change.receipt_code
        if code is not None:
            values = {"code": self.pocket.hash_receipt(code)}
            self.connection.execute(sql.SET_RECEIPT, self._place() | values)

    def _forget_address(self) -> None:
        if self.change.forget_address:
            # The page's own copy of the address, in its history, opens nothing now.
            values = {"address": secrets.token_bytes(32)}
            self.connection.execute(sql.MOVE_ADDRESS, self._place() | values)

    def _add_consents(self) -> None:
        chain = consent_chain(self.pocket.chain_key)
        after = self.change.after
        for decision in self.change.consents:
            values = {"chain": after.id, **asdict(decision)}
            chain.append(self.connection, values)
            if decision.purpose == "write_here" and after.case_id is not None:
                allowed = {"case": after.case_id, "allowed": decision.decision == "yes"}
                self.connection.execute(sql.MAY_WRITE, allowed)

    def _store_case(self) -> None:
        change = self.change
        if change.new_case is not None:
            self._open_case(change.new_case)
        if change.sealed_words is not None:
            self._add_words(change.sealed_words)
        if change.wants_interpreter:
            self._mark_interpreter()
        if change.erase_case:
            self._erase_case()
        if change.touches_case:
            notify(self.connection)

    def _open_case(self, case: NewCase) -> None:
        values = {
            "id": case.id,
            "number": case.number,
            "centre_id": case.centre,
            "conversation_id": self.change.after.id,
            "recipient": case.recipient,
            "sealed_key": case.sealed_key,
            "language": case.language,
            "urgent": case.urgent,
            "interpreter": case.interpreter,
            "may_write": case.may_write,
            "review_status": case.review_status,
            "status": "waiting",
            "created_at": self.now,
            "person_wrote_at": self.now,
            "last_activity_at": self.now,
        }
        self.connection.execute(sql.INSERT_CASE, values)
        self.connection.execute(sql.LINK_CASE, self._place() | {"case": case.id})
        self._add_message(case.id, "handover", case.sealed_text)

    def _add_words(self, sealed: bytes) -> None:
        case_id = self.change.after.case_id
        values = {"case": case_id, "now": self.now}
        wrote = self.connection.execute(sql.PERSON_WROTE, values)
        if case_id is None or wrote.rowcount == 0:
            raise ConflictError  # the case was erased meanwhile
        self._add_message(case_id, "person", sealed)

    def _mark_interpreter(self) -> None:
        values = {"case": self.change.after.case_id, "now": self.now}
        if self.connection.execute(sql.WANTS_INTERPRETER, values).rowcount == 0:
            raise ConflictError  # the case was erased meanwhile

    def _add_message(self, case_id: CaseId, author: str, sealed: bytes) -> None:
        values = {
            "case_id": case_id,
            "author": author,
            "sealed": sealed,
            "created_at": self.now,
        }
        self.connection.execute(sql.INSERT_CASE_MESSAGE, values)

    def _erase_case(self) -> None:
        for at in (self.change.before, self.change.after):
            if at is not None and at.case_id is not None:
                values = {"case": at.case_id, "now": self.now}
                self.connection.execute(sql.ERASE_CASE, values)
                self.connection.execute(sql.DELETE_CASE_MESSAGES, {"case": at.case_id})

    def _place(self) -> dict[str, Any]:
        before = self.change.before
        version = 0 if before is None else before.version
        return {"conversation": self.change.after.id, "before": version}

    def _address_hash(self) -> bytes:
        incoming = self.change.incoming
        return self.pocket.hash_address(incoming.channel, incoming.address)
