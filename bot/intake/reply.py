"""What is said to a person: catalog keys and buttons, never words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.intake.conversation import Intent

# These tokens mean the same in every message, old or new, in every state, and work
# without the engine: a person must never press Stop and get "old button".
FIXED_TOKENS = frozenset(
    {
        "stop",
        "resume",
        "numbers",
        "menu",
        "language",
        "erase",
        "withdraw",
        "leave",
        "receipt",
        "seen",
        "interpreter",
    }
)
LANGUAGE_TOKEN = "language:"  # noqa: S105 (no secret; a language tag follows)


class Author(StrEnum):
    """Who speaks; only BOT lines are bound to the ownership epoch."""

    BOT = "bot"  # the dialogue: silent once a human has taken over
    CONTROL = "control"  # the answer to stop, erase, numbers, danger: always allowed
    CASEWORKER = "caseworker"


@dataclass(frozen=True, slots=True)
class Button:
    """A choice: its label's catalog key and the intent it stands for."""

    label: str
    intent: Intent


@dataclass(frozen=True, slots=True)
class Say:
    """One message: a catalog key, its arguments and its buttons."""

    key: str
    args: Mapping[str, str] = field(default_factory=dict)
    buttons: tuple[Button, ...] = ()
    author: Author = Author.BOT


@dataclass(frozen=True, slots=True)
class Line:
    """A message ready for the outbox; tokens stand for the buttons' intents.

    Args:
        tokens: pairs (token, label's catalog key), in the order shown.
    """

    key: str
    args: Mapping[str, str]
    tokens: tuple[tuple[str, str], ...]
    author: Author
