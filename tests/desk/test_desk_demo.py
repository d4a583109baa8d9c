"""Demonstration accounts and invitation links."""

from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest

from bot.desk.demo import DEMO_CENTRES, make_demo_accounts
from bot.desk.demo_identity import derive_password_keys, recipient_of
from bot.desk.invite import make_invitation_link
from bot.errors import SettingError
from bot.store.colleagues import check_sign_in, find_salt
from bot.store.database import Database, open_database
from bot.store.invitations import find_invitation
from bot.store.schema import colleague


def clock() -> datetime:
    return datetime.now(UTC)


def test_every_centre_gets_an_account(
    sqlite_database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "keys" / "accounts.json"
    accounts = make_demo_accounts(sqlite_database, file, clock=clock)
    assert [account.centre for account in accounts] == list(DEMO_CENTRES)
    assert len({account.password for account in accounts}) == len(DEMO_CENTRES)
    assert file.stat().st_mode & 0o077 == 0
    assert accounts[0].password not in repr(accounts)


def test_account_unlocks_the_centres_identity(
    sqlite_database: Database, tmp_path: Path
) -> None:
    (account,) = make_demo_accounts(
        sqlite_database, tmp_path / "a.json", clock=clock, centres=["surya"]
    )
    with sqlite_database.read() as connection:
        salt = find_salt(connection, account.name)
        assert salt is not None
        key, unlock = derive_password_keys(account.password, salt)
        found = check_sign_in(connection, account.name, key)
    assert found is not None
    identity = pyrage.passphrase.decrypt(found.wrapped_identity, unlock).decode()
    assert identity == account.recovery_key


def test_second_start_gives_the_same_accounts(
    sqlite_database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "a.json"
    first = make_demo_accounts(sqlite_database, file, clock=clock)
    assert make_demo_accounts(sqlite_database, file, clock=clock) == first
    with sqlite_database.read() as connection:
        rows = connection.execute(colleague.select()).all()
    assert len(rows) == len(DEMO_CENTRES)


def test_new_database_keeps_the_centres_key(
    sqlite_database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "a.json"
    options = {"clock": clock, "centres": ["payoke"]}
    (first,) = make_demo_accounts(sqlite_database, file, **options)
    other = open_database(f"sqlite:///{tmp_path}/other.db")
    (second,) = make_demo_accounts(other, file, **options)
    other.close()
    assert recipient_of(first.recovery_key) == recipient_of(second.recovery_key)


def test_lost_file_is_said_not_hidden(
    sqlite_database: Database, tmp_path: Path
) -> None:
    make_demo_accounts(sqlite_database, tmp_path / "a.json", clock=clock)
    with pytest.raises(SettingError, match="pag-asa"):
        make_demo_accounts(sqlite_database, tmp_path / "b.json", clock=clock)


def test_invitation_stays_out_of_logs(sqlite_database: Database) -> None:
    link = make_invitation_link(
        sqlite_database, "https://desk.example/", "surya", clock=clock
    )
    address, _, fragment = link.partition("#")
    assert address == "https://desk.example/"
    token = fragment.removeprefix("invitation=")
    with sqlite_database.read() as connection:
        assert find_invitation(connection, token, now=clock()) is not None
