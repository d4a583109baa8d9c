"""Accounts, invitations and sessions, on both engines."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.store.colleagues import (
    Colleague,
    Role,
    add_centre,
    check_sign_in,
    end_session,
    find_salt,
    find_session,
    hash_token,
    start_session,
    touch_session,
)
from bot.store.database import Database
from bot.store.invitations import (
    NewAccount,
    SetUpRefusal,
    find_invitation,
    invite,
    set_up,
)
from bot.store.schema import session

NOW = datetime(2030, 5, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)
IDLE = timedelta(minutes=30)


def account(name: str = "alpha", **values: Any) -> NewAccount:
    told = {"alias": "Alpha", "salt": b"s" * 16, "sign_in_key": b"k" * 32}
    told |= {"recipient": "age1one", "wrapped_identity": b"wrapped"}
    return NewAccount(name=name, **(told | values))


def invited(database: Database, centre: str = "payoke", **options: Any) -> str:
    told = {"now": NOW, "valid_for": DAY} | options
    role = told.pop("role", Role.ADMINISTRATOR)
    with database.write() as connection:
        add_centre(connection, centre, now=NOW)
        return invite(connection, centre, role, **told)


def accept(database: Database, token: str, new: NewAccount) -> Any:
    with database.write() as connection:
        return set_up(connection, token, new, now=NOW)


@pytest.fixture
def alpha(database: Database) -> Colleague:
    made: Colleague = accept(database, invited(database), account())
    return made


def test_invitation_tells_whether_a_key_exists(
    database: Database, alpha: Colleague
) -> None:
    first, later = invited(database, "surya"), invited(database, "payoke")
    with database.read() as connection:
        new = find_invitation(connection, first, now=NOW)
        known = find_invitation(connection, later, now=NOW)
    assert new is not None
    assert known is not None
    assert (new.recipient, known.recipient) == (None, "age1one")


def test_invitation_works_once(database: Database) -> None:
    token = invited(database)
    assert isinstance(accept(database, token, account()), Colleague)
    second = accept(database, token, account("beta"))
    assert second is SetUpRefusal.NO_INVITATION


def test_old_invitation_does_not_work(database: Database) -> None:
    token = invited(database, now=NOW - DAY)
    assert accept(database, token, account()) is SetUpRefusal.NO_INVITATION


def test_later_account_must_bring_the_same_key(
    database: Database, alpha: Colleague
) -> None:
    token = invited(database)
    other = account("beta", recipient="age1other")
    assert accept(database, token, other) is SetUpRefusal.OTHER_KEY
    made = accept(database, token, account("beta"))  # the refusal cost no invitation
    assert isinstance(made, Colleague)


def test_name_of_another_centre_is_taken(database: Database, alpha: Colleague) -> None:
    token = invited(database, "surya")
    assert accept(database, token, account(" ALPHA ")) is SetUpRefusal.NAME_TAKEN


def test_caseworker_cannot_become_the_administrator(
    database: Database, alpha: Colleague
) -> None:
    token = invited(database, role=Role.CASEWORKER)
    assert accept(database, token, account("alpha")) is SetUpRefusal.NAME_TAKEN


def test_new_keys_sign_everybody_out(database: Database, alpha: Colleague) -> None:
    with database.write() as connection:
        token = start_session(connection, alpha.id, now=NOW)
    accept(database, invited(database), account(sign_in_key=b"n" * 32))
    with database.read() as connection:
        assert find_session(connection, token, now=NOW, idle=IDLE) is None
        assert check_sign_in(connection, "alpha", b"k" * 32) is None
        assert check_sign_in(connection, "alpha", b"n" * 32) is not None


@pytest.mark.parametrize(("name", "key"), [("alpha", b"x" * 32), ("nobody", b"k" * 32)])
def test_wrong_name_or_key_signs_nobody_in(
    database: Database, alpha: Colleague, name: str, key: bytes
) -> None:
    with database.read() as connection:
        assert check_sign_in(connection, name, key) is None


def test_nobody_signs_in_with_an_empty_hash(database: Database) -> None:
    with database.read() as connection:
        assert check_sign_in(connection, "nobody", bytes(32)) is None
        assert find_salt(connection, "nobody") is None


def test_session_ends_when_idle(database: Database, alpha: Colleague) -> None:
    with database.write() as connection:
        token = start_session(connection, alpha.id, now=NOW)
        touch_session(connection, token, now=NOW + timedelta(minutes=20))
        just, over = (NOW + timedelta(minutes=m) for m in (49, 50))
        assert find_session(connection, token, now=just, idle=IDLE) == alpha
        assert find_session(connection, token, now=over, idle=IDLE) is None


def test_signing_out_ends_the_session(database: Database, alpha: Colleague) -> None:
    with database.write() as connection:
        token = start_session(connection, alpha.id, now=NOW)
        end_session(connection, token)
        assert find_session(connection, token, now=NOW, idle=IDLE) is None


def test_token_itself_is_not_kept(database: Database, alpha: Colleague) -> None:
    with database.write() as connection:
        token = start_session(connection, alpha.id, now=NOW)
        kept = connection.execute(session.select()).one()
    assert kept.token_hash == hash_token(token)
