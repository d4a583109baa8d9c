"""Builds the desk process from settings; it holds none of the chat's keys."""

import base64
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.applications import Starlette

from bot.desk.app import build_app
from bot.desk.demo import make_demo_accounts
from bot.desk.parts import DeskParts
from bot.directory.load import load_directory
from bot.errors import SettingError
from bot.keys import (
    ACCOUNTS_FILE,
    read_or_make_secret,
    refuse_demonstration_keys,
)
from bot.language.languages import Languages
from bot.settings import Settings
from bot.store.chain import audit_chain
from bot.store.changes import Changes
from bot.store.database import open_database
from bot.store.seal import Pocket
from bot.wiring import DIRECTORY, NLU_DATA, RELAY_RECIPIENT_FILE, now

PATIENCE_SECONDS = 20.0


@contextmanager
def open_desk(settings: Settings) -> Iterator[Starlette]:
    """The desk's application, with its store open."""
    refuse_demonstration_keys(settings)
    secret = base64.b64decode(read_or_make_secret(desk_folder(settings) / "secret"))
    recipient = _wait_for_relay(settings)
    directory = load_directory(DIRECTORY)
    languages = Languages(NLU_DATA / "languages.yml")
    database = open_database(str(settings.database_url))
    try:
        if not settings.production:
            make_demo_accounts(database, settings.data / ACCOUNTS_FILE, clock=now)
        parts = DeskParts(
            database=database,
            changes=Changes(database),
            audit=audit_chain(Pocket(secret).chain_key),
            clock=now,
            secret=secret,
            relay_recipient=recipient,
            centres={row.id: row.name for row in directory.centres.values()},
            languages={row.tag: row.name for row in languages.all},
        )
        yield build_app(parts)
    finally:
        database.close()


def desk_folder(settings: Settings) -> Path:
    """Where the desk keeps its own secret."""
    folder = settings.data / "desk-keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _wait_for_relay(settings: Settings) -> str:
    """The chat's public key; on a first start the chat is just making it.

    Raises:
        SettingError: it did not appear.
    """
    if settings.relay_recipient:
        return settings.relay_recipient
    path = settings.data / RELAY_RECIPIENT_FILE
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not path.exists():
        if time.monotonic() > deadline:
            raise SettingError(
                "PASSERELLE_RELAY_RECIPIENT is not set and the chat has not written"
                " its public key into the data folder; start `passerelle chat` first."
            )
        time.sleep(0.1)
    return path.read_text(encoding="ascii").strip()
