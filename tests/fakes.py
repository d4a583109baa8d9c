"""Neighbours of the rules that live in memory; each obeys bot/intake/ports.py."""

import itertools
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.crossing import CROSSING_ACTIONS
from bot.engine import slots_of
from bot.errors import (
    AlreadySeenError,
    ConflictError,
    EngineAwayError,
    PasserelleError,
)
from bot.intake.conversation import CaseId, Channel, Conversation, Intent
from bot.intake.dialogue import Dialogue
from bot.intake.ports import (
    CaseView,
    Centre,
    Incoming,
    Proposal,
    TurnChange,
    Understood,
)
from bot.rule_book import RuleBook

NLU_DATA = Path(__file__).resolve().parent.parent / "nlu_data"
NOON = datetime(2030, 5, 4, 12, tzinfo=UTC)


@dataclass
class FakeStore:
    """Conversations in a dictionary. The names in `away` are calls that fail."""

    conversations: dict[tuple[Channel, str], Conversation] = field(default_factory=dict)
    cases: dict[CaseId, CaseView] = field(default_factory=dict)
    recipients: dict[str, str] = field(default_factory=dict)
    openings: list[tuple[datetime, str]] = field(default_factory=list)
    changes: list[TurnChange] = field(default_factory=list)
    seen: set[tuple[Channel, str]] = field(default_factory=set)
    away: frozenset[str] = frozenset()
    conflicts: int = 0  # how many commits another process will win
    lock: threading.Lock = field(default_factory=threading.Lock)

    def load(self, incoming: Incoming) -> Conversation | None:
        self._reach("load")
        if (incoming.channel, incoming.update_id) in self.seen:
            raise AlreadySeenError
        return self.conversations.get((incoming.channel, incoming.address))

    def commit(self, change: TurnChange, *, now: datetime) -> None:
        self._reach("commit")
        with self.lock:
            self._check(change)
            self.seen.add((change.incoming.channel, change.incoming.update_id))
            self.changes.append(change)
            self._keep(change)

    def reattach(self, incoming: Incoming, code: str) -> bool:
        return False

    def case_of(self, conversation: Conversation) -> CaseView | None:
        self._reach("case_of")
        return self.cases.get(conversation.case_id or CaseId(""))

    def centre_recipient(self, centre: str) -> str | None:
        self._reach("centre_recipient")
        return self.recipients.get(centre)

    def who_has_seen(self, case: CaseId) -> Sequence[tuple[datetime, str]]:
        self._reach("who_has_seen")
        return self.openings

    def _reach(self, call: str) -> None:
        if call in self.away:
            raise PasserelleError

    def _check(self, change: TurnChange) -> None:
        incoming, before = change.incoming, change.before
        if (incoming.channel, incoming.update_id) in self.seen:
            raise AlreadySeenError
        held = self.conversations.get((incoming.channel, incoming.address))
        at, expected = (c and c.version for c in (held, before))
        if at != expected or self.conflicts:
            self.conflicts = max(0, self.conflicts - 1)
            raise ConflictError

    def _keep(self, change: TurnChange) -> None:
        place = (change.incoming.channel, change.incoming.address)
        if change.erase_conversation:
            self.conversations.pop(place, None)
        else:
            version = change.before.version + 1 if change.before else 1
            self.conversations[place] = replace(change.after, version=version)
        if (new := change.new_case) is not None:
            self.cases[new.id] = CaseView(
                new.id, new.number, new.centre, new.recipient, "waiting"
            )
        erased = change.before and change.before.case_id
        if change.erase_case and erased in self.cases:
            self.cases[erased] = replace(self.cases[erased], status="erased")


@cache
def _read_rule_book() -> RuleBook:
    return RuleBook(NLU_DATA)


@dataclass
class FakeEngine:
    """Follows the real rules and runs the real actions, without Rasa between them.

    Args:
        understands: text -> ranking; whatever else is typed is not understood.
    """

    understands: dict[str, list[tuple[str, float]]] = field(default_factory=dict)
    rule_book: RuleBook = field(default_factory=_read_rule_book)
    dialogue: Dialogue | None = None
    is_up: bool = True
    parsed: list[str] = field(default_factory=list)

    async def parse(self, text: str) -> Understood:
        self._reach()
        self.parsed.append(text)
        return Understood(self.understands.get(text, [("out_of_scope", 0.1)]))

    async def decide(
        self, conversation: Conversation, intent: Intent
    ) -> Sequence[Proposal]:
        self._reach()
        slots, said = slots_of(conversation, intent), []
        for name in self.rule_book.find_actions(intent.name, slots):
            if name.startswith("action_"):
                slots |= await self._run(name, conversation.engine_id, intent)
            else:
                said.append(self.rule_book.propose(name, slots))
        return said

    def _reach(self) -> None:
        if not self.is_up:
            raise EngineAwayError

    async def _run(self, name: str, engine_id: str, intent: Intent) -> dict[str, str]:
        tracker = Tracker.from_dict(
            {
                "sender_id": engine_id,
                "latest_message": {"intent": {"name": intent.name}},
            }
        )
        found = next(a for a in CROSSING_ACTIONS if a.action_name == name)
        events = await found(self.dialogue).run(CollectingDispatcher(), tracker, {})
        return {event["name"]: event["value"] for event in events}


@dataclass
class FakeCatalogs:
    """Says each key with its arguments, so that tests can see both."""

    statuses: Mapping[str, str] = field(default_factory=dict)

    def text(self, language: str, key: str, **args: str) -> str:
        told = "".join(f" {name}={value}" for name, value in sorted(args.items()))
        return f"[{language}] {key}{told}"

    def version(self, language: str, key: str) -> str:
        return f"{language}:{key}:1"

    def status(self, language: str) -> str:
        return self.statuses.get(language, "reviewed")


@dataclass
class FakeDirectory:
    """The three centres, open or closed as the test wants."""

    open: bool = True

    def centre(self, centre_id: str) -> Centre:
        name = {"pag-asa": "PAG-ASA", "payoke": "Payoke", "surya": "Sürya"}[centre_id]
        language = "nl" if centre_id == "payoke" else "fr"
        return Centre(centre_id, name, f"phone of {name}", "9-17", language)

    def is_open(self, centre_id: str, now: datetime) -> bool:
        return self.open


class FakeSealer:
    """Seals by writing the recipient in front; only tests can look inside."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def new_case_key(self, centre_recipient: str) -> tuple[str, bytes]:
        recipient = f"case-key-{next(self._numbers)}"
        return recipient, f"{recipient} for {centre_recipient}".encode()

    def seal(self, recipient: str, words: str) -> bytes:
        return f"{recipient}|{words}".encode()


@dataclass
class FakeClock:
    """A clock that stands still until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)
