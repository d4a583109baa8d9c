"""`passerelle link` and `passerelle invite`, as an operator types them."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import main
from bot.outreach.links import week_of
from bot.store.database import Database, open_database
from bot.store.invitations import find_invitation
from bot.store.links import add_opens, find_by_code, find_live
from bot.wiring import now

Run = Callable[..., str]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATABASE_URL", "PASSERELLE_CHAT_URL", "TELEGRAM_BOT_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PASSERELLE_DATA", str(tmp_path))
    monkeypatch.setenv("PASSERELLE_CHAT_URL", "https://chat.example/")
    return tmp_path


@pytest.fixture
def run(data: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*words: str, code: int = 0) -> str:
        assert main(words) == code
        told = capsys.readouterr()
        return told.err if code else told.out

    return call


def store(data: Path) -> Database:
    return open_database(f"sqlite:///{data}/store.db")


def live(data: Path, code: str) -> bool:
    database = store(data)
    with database.read() as connection:
        found = find_live(connection, code, channel="web", now=now())
    database.close()
    return found is not None


def code_in(told: str) -> str:
    return re.findall(r"https://chat\.example/([a-z0-9]{8})\b", told)[0]


def test_one_command_makes_ends_and_replaces_a_link(data: Path, run: Run) -> None:
    wish = ("--language", "ar", "--centre", "payoke", "--days", "30")
    first = code_in(run("link", "make", "Night round", *wish))
    assert live(data, first)
    second = code_in(run("link", "rotate", first))
    assert (live(data, first), live(data, second)) == (False, True)
    run("link", "revoke", second.upper())
    assert not live(data, second)
    listed = run("link", "list")
    assert listed.count("Night round") == 2
    assert listed.count("revoked  ar  payoke") == 2


def test_labels_are_sealed_with_the_desks_secret(data: Path, run: Run) -> None:
    run("link", "make", "Sunflower street")
    assert (data / "desk-keys" / "secret").stat().st_mode & 0o077 == 0
    assert not (data / "keys").exists()  # the chat's keys have no part in it
    at_rest = b"".join(p.read_bytes() for p in data.glob("store.db*"))
    assert b"unflower" not in at_rest
    assert "Sunflower street" in run("link", "list")


def test_few_openings_are_not_listed_as_figures(data: Path, run: Run) -> None:
    few, many = (code_in(run("link", "make", "x")) for _ in range(2))
    database, week = store(data), week_of(now())
    with database.write() as connection:
        ids = [find_by_code(connection, code).id for code in (few, many)]
        opens = {(ids[0], week): 9, (ids[1], week): 25}
        add_opens(connection, opens, now=now())
    database.close()
    listed = run("link", "list")
    assert f"{week}  fewer than 10" in listed
    assert f"{week}  20 or more" in listed
    assert "25" not in listed.replace(few, "").replace(many, "")


def test_an_empty_list_says_so(run: Run) -> None:
    assert run("link", "list") == "There is no link yet.\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("revoke", "zzzzzzzz"), "No link has this code."),
        (("make", " "), "A label has 1 to 80 signs."),
        (("make", "x", "--days", "0"), "--days must be from 1 to 730."),
        (
            ("make", "x", "--channel", "telegram"),
            "TELEGRAM_BOT_NAME is not set: no link can name the bot.",
        ),
    ],
)
def test_trouble_is_one_sentence(
    run: Run, words: tuple[str, ...], sentence: str
) -> None:
    assert run("link", *words, code=1) == f"{sentence}\n"


def test_a_link_to_telegram(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_NAME", "notes_bot")
    told = run("link", "make", "x", "--channel", "telegram")
    assert re.fullmatch(r"https://t\.me/notes_bot\?start=[a-z0-9]{8}\n", told)


def test_a_link_made_for_a_centre_is_seen_there(data: Path, run: Run) -> None:
    code = code_in(run("link", "make", "x", "--for", "payoke"))
    database = store(data)
    with database.read() as connection:
        assert find_by_code(connection, code).owner_id == "payoke"
    database.close()


@pytest.mark.parametrize("role", ["outreach", "caseworker", "administrator"])
def test_invitations_name_the_role(data: Path, run: Run, role: str) -> None:
    told = run("invite", "payoke", "--role", role)
    token = re.findall(r"#invitation=(\S+)", told)[0]
    assert ("recovery key" in told) == (role != "outreach")
    database = store(data)
    with database.read() as connection:
        invited = find_invitation(connection, token, now=now())
    database.close()
    assert invited is not None
    assert invited.role == role
