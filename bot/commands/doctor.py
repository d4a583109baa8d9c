"""`passerelle doctor`: what is configured, what is missing, what is out of date."""

import argparse
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.directory.load import load_directory
from bot.engine_process import MODEL, RASA, ROOT
from bot.errors import PasserelleError
from bot.language.languages import Languages
from bot.language.machine.packages import broken_folders, find_packages
from bot.language.machine.pins import Pins
from bot.language.machine.routes import find_ways
from bot.settings import Settings, read_settings
from bot.sockets import is_listening
from bot.store.database import open_database
from bot.wiring import DIRECTORY, NLU_DATA, TRANSLATIONS, now

EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)  # a clock before this is wrong
_SIGNS = {True: "ok  ", False: "look", None: "    "}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `is_well` None tells without judging."""

    is_well: bool | None
    sentence: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none; settings come from the environment."""


def run(arguments: argparse.Namespace) -> int:
    """Print the report; 1 if something wants looking at."""
    settings = read_settings()
    findings = [finding for check in CHECKS for finding in check(settings)]
    for finding in findings:
        sys.stdout.write(f"{_SIGNS[finding.is_well]}  {finding.sentence}\n")
    return int(any(finding.is_well is False for finding in findings))


def _check_mode(settings: Settings) -> Iterator[Finding]:
    mode = "production" if settings.production else "demonstration"
    yield Finding(None, f"Mode: {mode}. Data: {settings.data}.")
    kind = "PostgreSQL" if settings.database_url.startswith("postgres") else "SQLite"
    yield Finding(None, f"Store: {kind}.")
    telegram = "off (no TELEGRAM_BOT_TOKEN)"
    if settings.telegram_token:
        telegram = "webhook" if settings.telegram_webhook_url else "polling"
    yield Finding(None, f"Telegram: {telegram}.")


def _check_clock(_: Settings) -> Iterator[Finding]:
    sane = now() > EARLIEST
    yield Finding(sane, f"The clock says {now():%Y-%m-%d %H:%M} UTC.")


def _check_store(settings: Settings) -> Iterator[Finding]:
    try:
        database = open_database(str(settings.database_url))
    except PasserelleError as error:
        yield Finding(False, str(error))
        return
    try:
        with database.read() as connection:
            connection.exec_driver_sql("SELECT 1")
        yield Finding(True, "The store answers and its tables are current.")
    finally:
        database.close()


def _check_engine(settings: Settings) -> Iterator[Finding]:
    if not RASA.exists() or not MODEL.exists():
        yield Finding(False, "The engine or its model is missing; run `make setup`.")
        return
    learnt = [ROOT / "config.yml", *NLU_DATA.glob("*/*.yml")]
    changed = [
        path
        for path in learnt
        if path.name != "control.yml" and path.stat().st_mtime > MODEL.stat().st_mtime
    ]
    yield Finding(
        not changed,
        f"{len(changed)} files are newer than the model; run `make train`."
        if changed
        else "The model is newer than everything that it learns from.",
    )
    yield _ask(f"{settings.engine_url}/status", "The engine", required=False)


def _check_processes(settings: Settings) -> Iterator[Finding]:
    for what, host, port in (
        ("The person's page", settings.chat_host, settings.chat_port),
        ("The desk", settings.desk_host, settings.desk_port),
    ):
        yield _ask(f"http://{host}:{port}/", what, required=False)


def _check_translator(settings: Settings) -> Iterator[Finding]:
    packages = find_packages(settings.packages)
    ways = find_ways(packages.keys())
    yield Finding(
        None,
        f"Translation: {len(packages)} packages, {len(ways)} directions."
        if packages
        else "No translation package; `passerelle languages install fr ar` adds some.",
    )
    for path in broken_folders(settings.packages):
        yield Finding(False, f"{path.name} is no readable package; nothing uses it.")
    try:
        Pins(settings.package_pins)
    except PasserelleError as error:
        yield Finding(False, str(error))
    answers = is_listening(settings.translator_socket)
    told = "answers" if answers else "is not running"
    yield Finding(True if answers else None, f"The translator {told}.")


def _check_words(_: Settings) -> Iterator[Finding]:
    languages = Languages(NLU_DATA / "languages.yml").enabled
    for language in languages:
        path = TRANSLATIONS / language.tag / "LC_MESSAGES" / "passerelle.po"
        if not path.exists():
            yield Finding(False, f"{language.english_name}: no catalog.")
    drafts = [row.tag for row in languages if row.status == "draft"]
    if drafts:
        yield Finding(
            False, f"Not signed off by a native reviewer: {', '.join(drafts)}."
        )


def _check_numbers(settings: Settings) -> Iterator[Finding]:
    unconfirmed = load_directory(DIRECTORY).unready(now().date())
    if not unconfirmed:
        yield Finding(True, "All numbers and facts are verified and recent.")
        return
    yield Finding(
        False,
        f"{len(unconfirmed)} numbers or facts are unverified or older than 180 days;"
        " production will not start with them.",
    )


def _ask(url: str, what: str, *, required: bool) -> Finding:
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 (ours, on loopback)
            pass
    except urllib.error.HTTPError:
        pass
    except OSError:
        return Finding(False if required else None, f"{what} is not running.")
    return Finding(True, f"{what} answers.")


CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    _check_mode,
    _check_clock,
    _check_store,
    _check_engine,
    _check_processes,
    _check_translator,
    _check_words,
    _check_numbers,
)
