"""Colleagues of a centre and their sessions; no password ever comes here."""

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.store.schema import centre, colleague, session

TOKEN_BYTES = 32
_NO_HASH = bytes(32)


class Role(StrEnum):
    """What a colleague may do; an administrator may do all that the others may.

    Who works outreach has no centre's key and sees no case.
    """

    ADMINISTRATOR = "administrator"
    CASEWORKER = "caseworker"
    OUTREACH = "outreach"

    @property
    def holds_key(self) -> bool:
        """Whether this account carries the centre's identity, sealed."""
        return self is not Role.OUTREACH


@dataclass(frozen=True, slots=True)
class Colleague:
    """Someone who works at a centre, without what they sign in with."""

    id: str
    centre_id: str
    alias: str
    role: Role
    wrapped_identity: bytes = field(repr=False)
    writes_in: str | None = None  # a language; None: that of the centre


_COLLEAGUE = sa.select(
    colleague.c.id,
    colleague.c.centre_id,
    colleague.c.alias,
    colleague.c.role,
    colleague.c.wrapped_identity,
    colleague.c.writes_in,
)


def fold_name(name: str) -> str:
    """A sign-in name as it is compared: case, width and outer spaces do not count."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def hash_token(token: str) -> bytes:
    """What is kept of a random token; 32 random bytes need no salt."""
    return hashlib.sha256(token.encode()).digest()


def add_centre(connection: sa.Connection, centre_id: str, *, now: datetime) -> None:
    """Make sure that this centre exists."""
    query = sa.select(centre.c.id).where(centre.c.id == centre_id)
    if connection.execute(query).first() is None:
        connection.execute(centre.insert(), {"id": centre_id, "created_at": now})


def find_salt(connection: sa.Connection, name: str) -> bytes | None:
    """The salt of an active account, or None."""
    query = sa.select(colleague.c.salt).where(
        colleague.c.sign_in_name == fold_name(name), colleague.c.active
    )
    return connection.execute(query).scalar()


def check_sign_in(
    connection: sa.Connection, name: str, sign_in_key: bytes
) -> Colleague | None:
    """The colleague with this name and key; the time taken tells nothing."""
    query = _COLLEAGUE.add_columns(colleague.c.sign_in_hash).where(
        colleague.c.sign_in_name == fold_name(name), colleague.c.active
    )
    row = connection.execute(query).first()
    expected = _NO_HASH if row is None else row.sign_in_hash
    fits = hmac.compare_digest(hashlib.sha256(sign_in_key).digest(), expected)
    return _read(row) if row is not None and fits else None


def start_session(
    connection: sa.Connection, colleague_id: str, *, now: datetime
) -> str:
    """A new session's token; only its hash is kept."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    values = {
        "token_hash": hash_token(token),
        "colleague_id": colleague_id,
        "created_at": now,
        "last_used_at": now,
    }
    connection.execute(session.insert(), values)
    return token


def find_session(
    connection: sa.Connection, token: str, *, now: datetime, idle: timedelta
) -> Colleague | None:
    """Whose session this is, unless it ended or was idle for too long."""
    query = _COLLEAGUE.join(session, session.c.colleague_id == colleague.c.id).where(
        session.c.token_hash == hash_token(token),
        session.c.last_used_at > now - idle,
        colleague.c.active,
    )
    row = connection.execute(query).first()
    return None if row is None else _read(row)


def touch_session(connection: sa.Connection, token: str, *, now: datetime) -> None:
    """Note that somebody is at the page."""
    connection.execute(
        session.update()
        .where(session.c.token_hash == hash_token(token))
        .values(last_used_at=now)
    )


def end_session(connection: sa.Connection, token: str) -> None:
    """Sign out."""
    ended = session.delete().where(session.c.token_hash == hash_token(token))
    connection.execute(ended)


def choose_language(
    connection: sa.Connection, colleague_id: str, language: str
) -> None:
    """Note in which language this colleague writes from now on."""
    connection.execute(
        colleague.update()
        .where(colleague.c.id == colleague_id)
        .values(writes_in=language)
    )


def _read(row: Any) -> Colleague:
    return Colleague(
        id=row.id,
        centre_id=row.centre_id,
        alias=row.alias,
        role=Role(row.role),
        wrapped_identity=row.wrapped_identity,
        writes_in=row.writes_in,
    )
