"""What the desk is built from; nothing in it can open a case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.intake.ports import Clock
from bot.store.chain import Chain
from bot.store.changes import Changes
from bot.store.database import Database


class Translator(Protocol):
    """Where sealed words are translated; neither call raises, however it fares."""

    async def pairs(self) -> Mapping[str, Any] | None:
        """To whom to seal, and every direction; None if it is absent."""

    async def pass_on(self, blob: bytes) -> bytes | None:
        """The sealed answer, or None."""


class AbsentTranslator:
    """A house without one."""

    async def pairs(self) -> Mapping[str, Any] | None:
        return None

    async def pass_on(self, blob: bytes) -> bytes | None:
        return None


class Reply(Protocol):
    """A sentence that can be sent as it is."""

    @property
    def key(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def is_checked(self) -> bool:
        """Whether a native reader stands for it."""


class Replies(Protocol):
    """Every ready-made reply of a language, for a centre of this name."""

    def __call__(self, language: str, centre: str) -> Sequence[Reply]: ...


def _no_replies(language: str, centre: str) -> Sequence[Reply]:
    return ()


class Press(Protocol):
    """Makes a card with these options of `passerelle card`."""

    async def __call__(self, *options: str) -> bytes | None:
        """The card as PDF; None if it cannot be made here."""


async def _no_press(*options: str) -> bytes | None:
    return None


@dataclass(frozen=True, slots=True)
class DeskParts:
    """The neighbours and figures of one desk process.

    Args:
        secret: the desk's own, not the chat's: for salts of names that do not exist
            and for counting sign-in attempts without keeping the names.
        relay_recipient: age public key of the chat, which delivers written lines.
        centres: a centre's id and the name it goes by.
        languages: a language's tag and the name it has in itself.
        right_to_left: the tags of those that are read that way.
        first_languages: a centre's id and the language in which its staff read first.
        spoken: the tags of the languages that a link may begin in.
        chat_address, bot_name: what links are made of; without a name, no Telegram.
    """

    database: Database
    changes: Changes
    audit: Chain
    clock: Clock
    secret: bytes = field(repr=False)
    relay_recipient: str
    centres: Mapping[str, str]
    languages: Mapping[str, str]
    right_to_left: frozenset[str] = frozenset()
    first_languages: Mapping[str, str] = field(default_factory=dict)
    spoken: tuple[str, ...] = ()
    chat_address: str = ""
    bot_name: str = ""
    idle_minutes: float = 30
    claim_patience_seconds: float = 12
    translator: Translator = field(default_factory=AbsentTranslator)
    replies: Replies = _no_replies
    press: Press = _no_press
