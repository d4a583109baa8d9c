"""Which messages must say that nobody has confirmed them yet (P11)."""

from datetime import datetime

from bot.directory.load import Directory

UNCONFIRMED = "unverified.notice"
# What the directory's checks are about: the facts on the cards, and the numbers.
_FROM_DIRECTORY = ("card.", "numbers.")


def is_unconfirmed(key: str, directory: Directory, now: datetime) -> bool:
    """Whether this message stands on entries that are unverified or too old."""
    return key.startswith(_FROM_DIRECTORY) and bool(directory.unready(now.date()))
