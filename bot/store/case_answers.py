"""What a colleague's act on a case can come to, and the ways a case can end."""

from dataclasses import dataclass
from enum import StrEnum

from bot.store.cases import SealedMessage


class Refusal(StrEnum):
    """Why nothing was changed."""

    NOT_FOUND = "not_found"  # also another centre's case: nothing tells them apart
    TAKEN = "taken"
    CHANGED = "changed"
    NOT_YOURS = "not_yours"
    UNASKED = "unasked"
    STOPPED = "stopped"
    BLOCKED = "blocked"
    MOVED = "moved"
    LEFT = "left"
    WRONG_NUMBER = "wrong_number"


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal; `by` is the alias of the colleague who was first."""

    why: Refusal
    by: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A case as it leaves the house: its key sealed to the centre."""

    sealed_key: bytes
    recipient: str
    messages: list[SealedMessage]


@dataclass(frozen=True, slots=True)
class Ending:
    """How a case leaves a human's hands, and what the person is told (a key)."""

    status: str
    event: str
    say: str
    step: str
    allowed_from: frozenset[str]


HAND_BACK = Ending(
    "handed_back", "handed_back", "relay.handed_back", "menu", frozenset({"claimed"})
)
CLOSE = Ending(
    "closed",
    "closed",
    "relay.closed",
    "closed",
    frozenset({"waiting", "claimed", "handed_back"}),
)
ERASE = Ending(
    "erased", "erased", "relay.erased", "closed", CLOSE.allowed_from | {"closed"}
)
