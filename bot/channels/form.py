"""What the person's page sends: read with suspicion, never refused for its shape."""

import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs

from bot.intake.conversation import Channel
from bot.intake.ports import Incoming, Kind
from bot.intake.reply import FIXED_TOKENS
from bot.outreach.links import read_code

LARGEST_BODY = 64 * 1024  # bytes; no page of ours sends more
_ADDRESS = re.compile(r"[A-Za-z0-9_-]{43}")
_NONCE = re.compile(r"[A-Za-z0-9_-]{8,32}")
_SEEN = re.compile(r"[0-9]{1,15}")  # as far as every store can count
# Line ends, and the joiners that Persian, Urdu and emoji are written with.
_KEPT = "\n\t\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Form:
    """What the page sent: the conversation's secret address, and what was done."""

    address: str
    nonce: str
    do: str
    text: str
    code: str
    seen: int
    language: str
    live: bool  # sent by the script, which shows news by itself
    link: str | None  # the code that the page was opened with, until a first press

    @property
    def incoming(self) -> Incoming:
        """The turn that it asks for."""
        is_text = self.do == "say"
        fixed = self.do in FIXED_TOKENS
        kind = Kind.TEXT if is_text else Kind.COMMAND if fixed else Kind.BUTTON
        # What was done is part of the name: a stop pressed before an answer came, or
        # words mended and sent again, are new; the same thing twice is not.
        update = f"{self.address}:{self.nonce}:{self.do}:{self.text}"
        return Incoming(
            channel=Channel.WEB,
            address=self.address,
            update_id=update,
            kind=kind,
            text=self.text if is_text else self.do,
            language=self.language,
        )


def read_form(body: bytes, choose_language: Callable[[str], str]) -> Form:
    """The form in this body; what is missing or malformed is made anew or left out."""
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=20)
    except ValueError:
        fields = {}
    first = {name: values[0] for name, values in fields.items()}
    address, nonce = first.get("a", ""), first.get("n", "")
    do, text = first.get("do", "say")[:64], without_controls(first.get("text", ""))
    code, seen = first.get("code", "")[:40], first.get("seen", "")
    if do == "say" and code.strip() and not text.strip():
        do = "return"  # Enter in the field for the code presses the first button
    return Form(
        address=address if _ADDRESS.fullmatch(address) else new_address(),
        nonce=nonce if _NONCE.fullmatch(nonce) else new_nonce(),
        do=do,
        text=text,
        code=code,
        seen=int(seen) if _SEEN.fullmatch(seen) else 0,
        language=choose_language(first.get("l", "")[:16]),
        live=first.get("live") == "1",
        link=read_code(first.get("k", "")),
    )


def without_controls(text: str) -> str:
    """Only what can be seen; spaces of every width become plain ones."""
    shown = (" " if unicodedata.category(c) == "Zs" else c for c in text)
    return "".join(c for c in shown if c in _KEPT or c.isprintable())


def new_address() -> str:
    """The secret under which a page's conversation is kept."""
    return secrets.token_urlsafe(32)


def new_nonce() -> str:
    """Names one page, so that what is done twice on it counts once."""
    return secrets.token_urlsafe(9)
