"""Which messages must say that nobody has confirmed them yet (P11)."""

from datetime import datetime

from bot.directory.load import Directory

UNCONFIRMED = "unverified.notice"
LINK_CLOSED = "numbers.link_closed"  # whatever is wrong with a link, only this is said
FOR_HELPERS = "helper."  # these messages lead on to the page for those who help
HELPER_PAGE = "button.helper_page"
# What the directory's checks are about: the facts on the cards, and the numbers.
_FROM_DIRECTORY = ("card.", "numbers.")


def is_unconfirmed(key: str, directory: Directory, now: datetime) -> bool:
    """Whether this message stands on entries that are unverified or too old."""
    return key.startswith(_FROM_DIRECTORY) and bool(directory.unready(now.date()))
