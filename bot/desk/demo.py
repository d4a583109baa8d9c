"""Demonstration centres with an account each, so that a first start has a desk."""

import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.desk.demo_identity import (
    derive_password_keys,
    new_identity,
    recipient_of,
    wrap_identity,
)
from bot.errors import SettingError
from bot.intake.ports import Clock
from bot.store.colleagues import Role, add_centre, check_sign_in, find_salt
from bot.store.database import Database
from bot.store.invitations import NewAccount, SetUpRefusal, invite, set_up

DEMO_CENTRES = ("pag-asa", "payoke", "surya")
_ALIAS = "Demo"
_SIGNS = "abcdefghijkmnpqrstuvwxyz23456789"  # none that looks like another
_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """What someone who tries the demonstration needs to sign in."""

    centre: str
    name: str
    password: str = field(repr=False)
    recovery_key: str = field(repr=False)


def make_demo_accounts(
    database: Database,
    accounts_file: Path,
    *,
    clock: Clock,
    centres: Iterable[str] = DEMO_CENTRES,
) -> Sequence[DemoAccount]:
    """One caseworker's account per centre; the same again while they still work.

    The passwords are in the file, in the clear: a production start must refuse it.
    """
    known = {account.centre: account for account in _read(accounts_file)}
    accounts = [
        known[centre]
        if centre in known and _still_works(database, known[centre])
        else _make(database, centre, known.get(centre), clock)
        for centre in centres
    ]
    _write(accounts_file, accounts)
    return accounts


def _still_works(database: Database, account: DemoAccount) -> bool:
    with database.read() as connection:
        salt = find_salt(connection, account.name)
        if salt is None:
            return False
        key, _ = derive_password_keys(account.password, salt)
        return check_sign_in(connection, account.name, key) is not None


def _make(
    database: Database, centre: str, before: DemoAccount | None, clock: Clock
) -> DemoAccount:
    # With the file kept and the database gone, the centre keeps its key, so that
    # what was exported before still opens.
    identity = new_identity() if before is None else before.recovery_key
    account = DemoAccount(centre, centre, _new_password(), identity)
    with database.write() as connection:
        add_centre(connection, centre, now=clock())
        token = invite(
            connection,
            centre,
            Role.ADMINISTRATOR,
            now=clock(),
            valid_for=timedelta(minutes=1),
        )
        made = set_up(connection, token, _as_new(account), now=clock())
    if isinstance(made, SetUpRefusal):
        raise SettingError(
            f"The centre {centre} has another key than its demonstration account."
        )
    return account


def _as_new(account: DemoAccount) -> NewAccount:
    salt = secrets.token_bytes(_SALT_BYTES)
    sign_in_key, unlock = derive_password_keys(account.password, salt)
    return NewAccount(
        name=account.name,
        alias=_ALIAS,
        salt=salt,
        sign_in_key=sign_in_key,
        recipient=recipient_of(account.recovery_key),
        wrapped_identity=wrap_identity(account.recovery_key, unlock),
    )


def _new_password() -> str:
    groups = ("".join(secrets.choice(_SIGNS) for _ in range(5)) for _ in range(4))
    return "-".join(groups)


def _read(file: Path) -> list[DemoAccount]:
    if not file.exists():
        return []
    return [DemoAccount(**told) for told in json.loads(file.read_text())]


def _write(file: Path, accounts: Sequence[DemoAccount]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    told = json.dumps([asdict(account) for account in accounts], indent=2) + "\n"
    file.touch(mode=0o600)  # before there is anything in it to read
    file.write_text(told)
