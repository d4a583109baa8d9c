"""What the desk is built from; nothing in it can open a case."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.intake.ports import Clock
from bot.store.chain import Chain
from bot.store.changes import Changes
from bot.store.database import Database


@dataclass(frozen=True, slots=True)
class DeskParts:
    """The neighbours and figures of one desk process.

    Args:
        secret: the desk's own, not the chat's: for salts of names that do not exist
            and for counting sign-in attempts without keeping the names.
        relay_recipient: age public key of the chat, which delivers written lines.
        centres: a centre's id and the name it goes by.
        languages: a language's tag and the name it has in itself.
    """

    database: Database
    changes: Changes
    audit: Chain
    clock: Clock
    secret: bytes = field(repr=False)
    relay_recipient: str
    centres: Mapping[str, str]
    languages: Mapping[str, str]
    idle_minutes: float = 30
    claim_patience_seconds: float = 12
