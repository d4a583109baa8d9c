"""Invitations: the only way to an account, and back to a lost one."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.store.colleagues import TOKEN_BYTES, Colleague, Role, fold_name, hash_token
from bot.store.schema import centre, colleague, invitation, session


class SetUpRefusal(StrEnum):
    """Why an account was not made."""

    NO_INVITATION = "no_invitation"
    NAME_TAKEN = "name_taken"
    OTHER_KEY = "other_key"


@dataclass(frozen=True, slots=True)
class Invitation:
    """An unused invitation; `recipient` is None where a centre has no key yet."""

    centre_id: str
    role: Role
    recipient: str | None


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What a browser sends of a new account: nothing here opens a case.

    Args:
        sign_in_key: one half of the stretched password; only its hash is kept.
        recipient, wrapped_identity: the centre's public key, and its identity under
            the other half, which the browser keeps to itself; none for outreach.
    """

    name: str
    alias: str
    salt: bytes
    sign_in_key: bytes = field(repr=False)
    recipient: str | None = None
    wrapped_identity: bytes = field(default=b"", repr=False)


def invite(
    connection: sa.Connection,
    centre_id: str,
    role: Role,
    *,
    now: datetime,
    valid_for: timedelta,
) -> str:
    """A new invitation's token, good for one account; only its hash is kept."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    values = {
        "token_hash": hash_token(token),
        "centre_id": centre_id,
        "role": role.value,
        "expires_at": now + valid_for,
    }
    connection.execute(invitation.insert(), values)
    return token


def find_invitation(
    connection: sa.Connection, token: str, *, now: datetime
) -> Invitation | None:
    """The invitation, unless it is unknown, used or too old."""
    query = (
        sa.select(invitation.c.centre_id, invitation.c.role, centre.c.recipient)
        .join(centre, centre.c.id == invitation.c.centre_id)
        .where(
            invitation.c.token_hash == hash_token(token),
            invitation.c.used_at.is_(None),
            invitation.c.expires_at > now,
        )
    )
    row = connection.execute(query).first()
    return row and Invitation(row.centre_id, Role(row.role), row.recipient)


def set_up(
    connection: sa.Connection, token: str, account: NewAccount, *, now: datetime
) -> Colleague | SetUpRefusal:
    """Make the account, or give it new keys if the name is this centre's already.

    The first account of a centre brings the centre's public key; each later one must
    hold the same. A refusal changes nothing.
    """
    invited = find_invitation(connection, token, now=now)
    if invited is None:
        return SetUpRefusal.NO_INVITATION
    # Two browsers that are both the first of a centre would make two keys.
    recipient = _lock_centre(connection, invited.centre_id)
    if invited.role.holds_key and recipient not in {None, account.recipient}:
        return SetUpRefusal.OTHER_KEY
    known = _find_by_name(connection, account.name)
    whose = (invited.centre_id, invited.role.value)
    if known is not None and (known.centre_id, known.role) != whose:
        return SetUpRefusal.NAME_TAKEN
    if not _use_up(connection, token, now):
        return SetUpRefusal.NO_INVITATION
    if invited.role.holds_key:
        _set_recipient(connection, invited.centre_id, account.recipient)
    if known is not None:
        return _renew(connection, known.id, invited, account)
    return _add(connection, invited, account, now)


def _lock_centre(connection: sa.Connection, centre_id: str) -> str | None:
    query = sa.select(centre.c.recipient).where(centre.c.id == centre_id)
    return connection.execute(query.with_for_update()).scalar()


def _find_by_name(connection: sa.Connection, name: str) -> Any:
    columns = colleague.c
    query = sa.select(columns.id, columns.centre_id, columns.role).where(
        columns.sign_in_name == fold_name(name)
    )
    return connection.execute(query).first()


def _use_up(connection: sa.Connection, token: str, now: datetime) -> bool:
    used = (
        invitation.update()
        .where(
            invitation.c.token_hash == hash_token(token),
            invitation.c.used_at.is_(None),
        )
        .values(used_at=now)
    )
    return connection.execute(used).rowcount == 1


def _set_recipient(
    connection: sa.Connection, centre_id: str, recipient: str | None
) -> None:
    if recipient is None:
        raise ValueError("an account that opens cases brings the centre's key")
    this = centre.c.id == centre_id
    connection.execute(centre.update().where(this).values(recipient=recipient))


def _add(
    connection: sa.Connection,
    invited: Invitation,
    account: NewAccount,
    now: datetime,
) -> Colleague:
    made = Colleague(
        secrets.token_hex(16),
        invited.centre_id,
        account.alias,
        invited.role,
        account.wrapped_identity,
    )
    values = {
        "id": made.id,
        "centre_id": made.centre_id,
        "sign_in_name": fold_name(account.name),
        "role": made.role.value,
        "active": True,
        "created_at": now,
    }
    connection.execute(colleague.insert(), values | _keys(account))
    return made


def _renew(
    connection: sa.Connection,
    colleague_id: str,
    invited: Invitation,
    account: NewAccount,
) -> Colleague:
    own = colleague.c.id == colleague_id
    values = _keys(account) | {"active": True}
    connection.execute(colleague.update().where(own).values(values))
    # Whoever held the old password is signed out everywhere.
    connection.execute(session.delete().where(session.c.colleague_id == colleague_id))
    return Colleague(
        colleague_id,
        invited.centre_id,
        account.alias,
        invited.role,
        account.wrapped_identity,
    )


def _keys(account: NewAccount) -> dict[str, str | bytes]:
    return {
        "alias": account.alias,
        "salt": account.salt,
        "sign_in_hash": hashlib.sha256(account.sign_in_key).digest(),
        "wrapped_identity": account.wrapped_identity,
    }
