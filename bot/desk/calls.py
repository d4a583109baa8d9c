"""One call of the desk's JSON interface: who calls, with what, and the answer."""

import base64
import binascii
import json
from collections.abc import Awaitable, Callable, Container, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from starlette.requests import Request

from bot.desk.parts import DeskParts
from bot.desk.throttle import Throttle
from bot.store.colleagues import Colleague, Role

LARGEST_BODY = 256 * 1024
AGE_HEADER = b"age-encryption.org/v1\n"


class Access(StrEnum):
    """Who may call; what is not in the route table, nobody may."""

    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    CASEWORK = "casework"
    OUTREACH = "outreach"
    ADMINISTRATOR = "administrator"


# A role that does not stand here may not; a new role may nothing until it is named.
ROLES_OF: Mapping[Access, frozenset[Role]] = {
    Access.SIGNED_IN: frozenset({Role.ADMINISTRATOR, Role.CASEWORKER, Role.OUTREACH}),
    Access.CASEWORK: frozenset({Role.ADMINISTRATOR, Role.CASEWORKER}),
    Access.OUTREACH: frozenset({Role.ADMINISTRATOR, Role.OUTREACH}),
    Access.ADMINISTRATOR: frozenset({Role.ADMINISTRATOR}),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """A refusal in one word, which the page turns into a sentence."""

    code: str
    by: str = ""


STATUS_OF: Mapping[str, int] = {
    "malformed": 400,
    "signed_out": 401,
    "wrong_sign_in": 401,
    "forbidden": 403,
    "not_found": 404,
    "no_invitation": 404,
    "too_large": 413,
    "wrong_number": 422,
    "slow_down": 429,
    "no_translation": 503,
    "no_card": 503,
    "trouble": 503,
}  # all others say that the thing is in another state than the page believed: 409


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler is given.

    Args:
        colleague: who is signed in; None only where anyone may call.
    """

    parts: DeskParts
    throttle: Throttle
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, Any]
    token: str = field(repr=False)
    colleague: Colleague | None

    @property
    def caller(self) -> Colleague:
        """The colleague, where the route let only colleagues in."""
        if self.colleague is None:
            raise TypeError("this route is open to anyone")
        return self.colleague

    def text(self, name: str, *, longest: int) -> str:
        """A text field without control characters; ValueError if it is not one."""
        value = self.body.get(name)
        if not isinstance(value, str) or not 0 < len(value.strip()) <= longest:
            raise ValueError(name)
        if not value.isprintable():
            raise ValueError(name)
        return value.strip()

    def choice(self, name: str, allowed: Container[str]) -> str | None:
        """One of these, or None where nothing was chosen; else ValueError."""
        value = self.body.get(name)
        if value is not None and (not isinstance(value, str) or value not in allowed):
            raise ValueError(name)
        return value

    def number(self, name: str, *, most: int) -> int | None:
        """A whole number from 1, or None where none was given; else ValueError."""
        value = self.body.get(name)
        if value is None:
            return None
        if type(value) is not int or not 1 <= value <= most:
            raise ValueError(name)
        return value

    def data(self, name: str, *, length: int) -> bytes:
        """A field of exactly so many bytes, in base64."""
        value = self._decode(name)
        if len(value) != length:
            raise ValueError(name)
        return value

    def sealed(self, name: str, *, longest: int) -> bytes:
        """A field with an age file, in base64: words in the clear are refused."""
        value = self._decode(name)
        if not value.startswith(AGE_HEADER) or len(value) > longest:
            raise ValueError(name)
        return value

    def _decode(self, name: str) -> bytes:
        try:
            return base64.b64decode(str(self.body.get(name)), validate=True)
        except binascii.Error:
            raise ValueError(name) from None


Answer = Mapping[str, Any] | Trouble
Handler = Callable[[Call], Answer]
Errand = Callable[[Call], Awaitable[Answer]]


async def read_body(request: Request) -> Mapping[str, Any] | Trouble:
    """The call's JSON object; an empty body is an empty object."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return Trouble("too_large")
    try:
        told = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return Trouble("malformed")
    return told if isinstance(told, dict) else Trouble("malformed")


def encode(value: bytes) -> str:
    """Bytes as the page reads them."""
    return base64.b64encode(value).decode()
