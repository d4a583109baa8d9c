"""`passerelle card`: what it prints, and what it refuses to print."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli import main
from bot.language.languages import Language, Languages
from bot.store.database import Database
from tests.link_house import end_link, make_link
from tests.outreach.printed import Sheet

HOUSE = "https://notes.example.org"
BOT = "PasserelleTryBot"


@pytest.fixture(autouse=True)
def house(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_url: str) -> None:
    """A house with an address, a bot and a store of its own."""
    for name, value in {
        "PASSERELLE_DATA": str(tmp_path / "data"),
        "DATABASE_URL": sqlite_url,
        "PASSERELLE_CHAT_URL": HOUSE,
        "TELEGRAM_BOT_NAME": BOT,
    }.items():
        monkeypatch.setenv(name, value)


def _scan(path: Path) -> set[str]:
    return {code.text for code in Sheet(path.read_bytes()).codes}


def _print(out: Path, *more: str) -> int:
    return main(["card", "--design", "poster", "--out", str(out), *more])


def test_without_a_link_it_leads_to_the_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new folder" / "card.pdf"
    assert _print(out, "--language", "en") == 0
    assert _scan(out) == {f"{HOUSE}/"}
    said = capsys.readouterr().out
    assert f"Written to {out}." in said
    assert "no native reader has checked these words yet" in said
    assert "Demonstration" not in said


def test_an_address_of_this_computer_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("PASSERELLE_CHAT_URL")
    assert _print(tmp_path / "card.pdf", "--language", "en") == 0
    assert "opens on the computer that made it only" in capsys.readouterr().out


@pytest.mark.parametrize("by", ["code", "id"])
def test_a_link_leads_to_its_address_in_its_language(
    tmp_path: Path, sqlite_database: Database, by: str
) -> None:
    link = make_link(sqlite_database, datetime.now(UTC), language="en")
    out = tmp_path / "card.pdf"
    assert _print(out, "--link", getattr(link, by)) == 0
    assert _scan(out) == {f"{HOUSE}/{link.code}"}
    assert f"notes.example.org/{link.code}" in Sheet(out.read_bytes()).text


def test_a_link_of_telegram_leads_there(
    tmp_path: Path,
    sqlite_database: Database,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    link = make_link(sqlite_database, datetime.now(UTC), channel="telegram")
    wish = ("--language", "en", "--link", link.code)
    assert _print(tmp_path / "card.pdf", *wish) == 0
    assert _scan(tmp_path / "card.pdf") == {f"https://t.me/{BOT}?start={link.code}"}
    monkeypatch.delenv("TELEGRAM_BOT_NAME")
    assert _print(tmp_path / "other.pdf", *wish) == 1
    assert "TELEGRAM_BOT_NAME is not set" in capsys.readouterr().err


def test_an_ended_link_is_refused(
    tmp_path: Path, sqlite_database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(UTC)
    ended = make_link(sqlite_database, now)
    end_link(sqlite_database, now, ended)
    expired = make_link(sqlite_database, now, expires_at=now - timedelta(days=1))
    out = tmp_path / "card.pdf"
    for name, sentence in (
        (ended.code, "was ended"),
        (ended.id, "was ended"),
        (expired.code, "has expired"),
        ("zzzz2222", "No link has this code"),
    ):
        assert _print(out, "--language", "en", "--link", name) == 1
        assert sentence in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ((), "Name a language"),
        (("--language", "xx"), "There is no language xx. There are: en, nl"),
        (("--language", "en", "--url", "ftp://example.org"), "must begin with https"),
        (("--language", "en", "--url", "https://a b"), "without spaces"),
        (("--language", "en", "--url", f"https://{'a' * 100}"), "at most 100"),
    ],
)
def test_what_cannot_be_meant_is_told_in_a_sentence(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    wish: tuple[str, ...],
    sentence: str,
) -> None:
    assert _print(tmp_path / "card.pdf", *wish) == 1
    assert sentence in capsys.readouterr().err


def test_every_language_goes_into_a_folder(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def two(self: Languages) -> tuple[Language, ...]:
        return (self["en"], self["ar"])

    monkeypatch.setattr(Languages, "enabled", property(two))
    assert _print(tmp_path, "--all", "--discreet") == 0
    names = sorted(path.name for path in tmp_path.glob("*.pdf"))
    assert names == ["ar-poster-discreet.pdf", "en-poster-discreet.pdf"]
    assert "  1/2  en-poster-discreet.pdf\n" in capsys.readouterr().out


def test_a_sheet_can_go_to_standard_output(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    assert _print(Path("-"), "--language", "en") == 0
    assert capfdbinary.readouterr().out.startswith(b"%PDF-")


def test_a_folder_that_cannot_be_written_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    assert _print(tmp_path / "file" / "card.pdf", "--language", "en") == 1
    assert "cannot be written" in capsys.readouterr().err


def test_without_pango_it_says_what_to_install(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)  # as if it did not load
    assert _print(tmp_path / "card.pdf", "--language", "en") == 1
    assert "apt-get install libpango-1.0-0" in capsys.readouterr().err


def test_without_its_fonts_it_says_what_to_install(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # nothing lists fonts there
    assert _print(tmp_path / "card.pdf", "--language", "en") == 1
    assert "apt-get install fontconfig" in capsys.readouterr().err


def test_only_printing_loads_what_prints() -> None:
    """No other process carries Pango and its memory."""
    ask = (
        "import sys, bot.cli, bot.commands.card, bot.chat_process, bot.desk_wiring\n"
        "sys.exit('weasyprint' in sys.modules)"
    )
    assert subprocess.call([sys.executable, "-c", ask]) == 0
