"""The rules of links: what an address looks like, and what may be told of its use."""

import re
import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.intake.routing import CENTRE_OF_REGION

# No vowel, so that no word can come out; nothing that looks like something else.
SIGNS = "bcdfghjkmnpqrstvwxz23456789"
CODE_LENGTH = 8
K = 10  # fewer openings than this are not told, and more only in steps of it
LONGEST_LABEL = 80
MOST_DAYS = 730
REGIONS = tuple(CENTRE_OF_REGION)
# What somebody may have typed for a code, with signs that no code has.
_LIKE_A_CODE = re.compile(rf"[A-Za-z0-9]{{{CODE_LENGTH}}}")
_BELGIUM = ZoneInfo("Europe/Brussels")


def new_code() -> str:
    """A code that looks like nothing and cannot be guessed."""
    return "".join(secrets.choice(SIGNS) for _ in range(CODE_LENGTH))


def read_code(text: str) -> str | None:
    """The code in this text, or None if it is not even like one."""
    return text.lower() if _LIKE_A_CODE.fullmatch(text) else None


def address_of(code: str, channel: str, *, chat_url: str, bot_name: str) -> str:
    """What is printed, or scanned."""
    if channel == "telegram":
        return f"https://t.me/{bot_name}?start={code}"
    return f"{chat_url.rstrip('/')}/{code}"


def region_of(centre: str | None, region: str | None) -> str | None:
    """The region that a link stands for: its own, or that of its centre."""
    regions = {name: place for place, name in CENTRE_OF_REGION.items()}
    return regions.get(centre or "", region)


def week_of(now: datetime) -> str:
    """The week in Belgium: no time finer than this is kept of an opening."""
    year, week, _ = now.astimezone(_BELGIUM).isocalendar()
    return f"{year}-W{week:02}"


def tell_opens(opens: int) -> int | None:
    """How many openings may be told: None for few, else rounded down to tens.

    An exact figure would go up by one before the eyes of who has just handed
    somebody a card.
    """
    return opens - opens % K if opens >= K else None
