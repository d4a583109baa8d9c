"""What the rules need from their neighbours, in their own terms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.intake.conversation import CaseId, Channel, Conversation, Intent
from bot.intake.reply import Line


class Kind(StrEnum):
    """What came in."""

    TEXT = "text"
    BUTTON = "button"  # text holds the token
    COMMAND = "command"  # text holds a fixed token, or "start"
    ATTACHMENT = "attachment"  # never downloaded; text is empty


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update from a channel.

    Args:
        address: the secret of the conversation (web token) or the chat's id; never
            stored or logged, only its keyed hash is.
        update_id: unique per channel; a second update with it has no effect.
        language: what the channel knows (link, app setting), or None.
        region: what the link says that a new conversation began with, or None.
    """

    channel: Channel
    address: str
    update_id: str
    kind: Kind
    text: str
    language: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class ConsentDecision:
    """One answer to one question of consent, and nothing else."""

    purpose: str  # "note_contact", "handover:<centre>", "write_here"
    decision: str  # "yes", "no", "withdrawn"
    text_version: str
    language: str
    review_status: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case about to be stored: only its centre can open what is in it."""

    id: CaseId
    number: str  # six digits, easy to say on the phone
    centre: str
    recipient: str  # age public key of this case
    sealed_key: bytes  # the case's age identity, sealed to the centre
    sealed_text: bytes  # the previewed text, sealed to the case
    language: str
    urgent: bool
    interpreter: bool
    may_write: bool
    review_status: str  # of the consent texts' language


@dataclass(frozen=True, slots=True)
class CaseView:
    """What the exposed side may know of a case: nothing of its content."""

    id: CaseId
    number: str
    centre: str
    recipient: str
    status: str  # "waiting", "claimed", "handed_back", "closed", "erased"

    @property
    def is_live(self) -> bool:
        """Whether a caseworker reads it, or soon will."""
        return self.status in {"waiting", "claimed"}


@dataclass(frozen=True, slots=True)
class TurnChange:
    """All that one turn changes, stored in one transaction or not at all."""

    before: Conversation | None  # None: the conversation is new
    after: Conversation
    incoming: Incoming
    lines: Sequence[Line] = ()
    consents: Sequence[ConsentDecision] = ()
    new_case: NewCase | None = None
    sealed_words: bytes | None = None  # the person's words, sealed to their case
    receipt_code: str | None = None  # a new code to come back with; only its hash stays
    forget_address: bool = False  # only a receipt's code leads back
    wants_interpreter: bool = False  # the case says so from now on
    erase_case: bool = False  # destroy the case's sealed key
    erase_conversation: bool = False  # forget everything else as well

    @property
    def touches_case(self) -> bool:
        """Whether somebody at the desk should look."""
        words = self.sealed_words is not None
        return bool(words or self.new_case or self.erase_case or self.wants_interpreter)


class Store(Protocol):
    """Where conversations live. Times are aware and UTC. Calls may block."""

    def load(self, incoming: Incoming) -> Conversation | None:
        """The conversation of this address, or None.

        Raises:
            AlreadySeenError: this update was handled before.
        """

    def commit(self, change: TurnChange, *, now: datetime) -> None:
        """Store the whole change, or nothing of it.

        Raises:
            ConflictError: the conversation is no longer at `before.version`.
            AlreadySeenError: this update was handled before.
        """

    def reattach(self, incoming: Incoming, code: str) -> bool:
        """Give the conversation of this receipt code the new address; False if none."""

    def case_of(self, conversation: Conversation) -> CaseView | None: ...

    def centre_recipient(self, centre: str) -> str | None:
        """The centre's age public key, or None while it has made no identity."""

    def who_has_seen(self, case: CaseId) -> Sequence[tuple[datetime, str]]:
        """Day and role of each opening of the case, oldest first."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What the engine makes of free text, best first."""

    ranking: Sequence[tuple[str, float]]  # (intent, confidence 0..1)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One thing the engine wants said, and the step it wants to move to."""

    say: str
    step: str | None
    buttons: Sequence[tuple[str, Intent]]  # (label key, intent)


class Engine(Protocol):
    """Rasa: decides what to say. Raises EngineAwayError when it cannot."""

    @property
    def is_up(self) -> bool:
        """Whether it answered when last asked."""

    async def parse(self, text: str) -> Understood: ...

    async def decide(
        self, conversation: Conversation, intent: Intent
    ) -> Sequence[Proposal]:
        """What to say to this intent, in this conversation's step."""


class Catalogs(Protocol):
    """Reviewed text. Keys are checked at start; unknown ones raise KeyError."""

    def text(self, language: str, key: str, **args: str) -> str: ...

    def version(self, language: str, key: str) -> str: ...

    def status(self, language: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Centre:
    """A centre that can receive a handover, as the directory knows it."""

    id: str
    name: str
    phone: str
    hours: str
    language: str  # the language in which its staff read first


class Directory(Protocol):
    """Centres and numbers, each with its source and date."""

    def centre(self, centre_id: str) -> Centre: ...

    def is_open(self, centre_id: str, now: datetime) -> bool: ...


class Sealer(Protocol):
    """Seals and cannot open."""

    def new_case_key(self, centre_recipient: str) -> tuple[str, bytes]:
        """A fresh case's public key, and its private half sealed to the centre."""

    def seal(self, recipient: str, words: str) -> bytes: ...


class Clock(Protocol):
    """Now, aware, in UTC."""

    def __call__(self) -> datetime: ...
