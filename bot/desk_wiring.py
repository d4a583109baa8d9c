"""Builds the desk process from settings; it holds none of the chat's keys."""

import base64
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from starlette.applications import Starlette

from bot.desk.app import build_app
from bot.desk.demo import make_demo_accounts
from bot.desk.parts import DeskParts
from bot.desk.printing import CardPress
from bot.directory.load import Directory, load_directory
from bot.errors import SettingError
from bot.keys import (
    ACCOUNTS_FILE,
    read_or_make_secret,
    refuse_demonstration_keys,
)
from bot.language.catalogs import Catalogs
from bot.language.languages import Languages
from bot.language.machine.client import TranslatorClient
from bot.language.replies import Replies
from bot.language.sign_offs import Reviews
from bot.settings import Settings
from bot.store.chain import audit_chain
from bot.store.changes import Changes
from bot.store.database import Database, open_database
from bot.store.seal import Pocket
from bot.wiring import DIRECTORY, NLU_DATA, RELAY_RECIPIENT_FILE, TRANSLATIONS, now

PATIENCE_SECONDS = 20.0


@contextmanager
def open_desk(settings: Settings) -> Iterator[Starlette]:
    """The desk's application, with its store open."""
    refuse_demonstration_keys(settings)
    recipient = _wait_for_relay(settings)
    words = _DeskWords.load()
    database = open_database(str(settings.database_url))
    try:
        if not settings.production:
            make_demo_accounts(database, settings.data / ACCOUNTS_FILE, clock=now)
        yield build_app(_make_parts(settings, database, words, recipient))
    finally:
        database.close()


@dataclass(frozen=True, slots=True)
class _DeskWords:
    """What the desk knows of centres and languages."""

    directory: Directory
    languages: Languages

    @classmethod
    def load(cls) -> Self:
        languages = Languages(NLU_DATA / "languages.yml")
        return cls(load_directory(DIRECTORY), languages)


def _make_parts(
    settings: Settings, database: Database, words: _DeskWords, recipient: str
) -> DeskParts:
    secret = desk_secret(settings)
    directory, languages = words.directory, words.languages
    centres = directory.centres.values()
    catalogs = Catalogs(TRANSLATIONS, languages, directory.arguments())
    rtl = (row.tag for row in languages.all if row.direction == "rtl")
    return DeskParts(
        database=database,
        changes=Changes(database),
        audit=audit_chain(Pocket(secret).chain_key),
        clock=now,
        secret=secret,
        relay_recipient=recipient,
        centres={row.id: row.name for row in centres},
        languages={row.tag: row.name for row in languages.all},
        right_to_left=frozenset(rtl),
        first_languages={row.id: row.languages[0] for row in centres},
        spoken=tuple(row.tag for row in languages.enabled),
        chat_address=settings.chat_address,
        bot_name=settings.telegram_bot_name,
        translator=TranslatorClient(settings.translator_socket),
        replies=Replies(catalogs, Reviews(TRANSLATIONS)),
        press=CardPress([str(Path(sys.executable).parent / "passerelle"), "card"]),
    )


def desk_secret(settings: Settings) -> bytes:
    """The desk's own secret; the chat never has it."""
    return base64.b64decode(read_or_make_secret(desk_folder(settings) / "secret"))


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
