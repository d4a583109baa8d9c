"""The house secret: from the settings, or made once and kept beside the store."""

import base64
import binascii
import contextlib
import os
import secrets
from pathlib import Path

from bot.errors import SettingError
from bot.settings import Settings

SECRET_FILE = "house-secret"  # noqa: S105 (a file's name)
ACCOUNTS_FILE = "demonstration-accounts.json"
RELAY_FILE = "relay-identity"


def house_secret(settings: Settings) -> bytes:
    """The secret that conversation state is sealed under.

    Raises:
        SettingError: PASSERELLE_SECRET is no base64 of 32 bytes or more.
    """
    encoded = str(settings.secret)
    if not encoded:
        encoded = read_or_make_secret(keys_folder(settings) / SECRET_FILE)
    try:
        secret = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) < 32:
        raise SettingError(
            "PASSERELLE_SECRET must be 32 bytes or more, written in base64."
        )
    return secret


def refuse_demonstration_keys(settings: Settings) -> None:
    """Raise SettingError in production if demonstration accounts lie in the data."""
    if settings.production and (settings.data / ACCOUNTS_FILE).exists():
        raise SettingError(
            f"PASSERELLE_DATA holds demonstration keys ({ACCOUNTS_FILE}); production"
            " does not start with them."
        )


def keys_folder(settings: Settings) -> Path:
    """Where the chat process keeps its keys; nobody else may look inside."""
    folder = settings.data / "keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def read_or_make_secret(path: Path) -> str:
    """The secret in this file, base64; made, for its owner's eyes only, if missing."""
    if not path.exists():
        made = base64.b64encode(secrets.token_bytes(32))
        part = path.with_name(f"{path.name}.{os.getpid()}")
        part.touch(mode=0o600)
        part.write_bytes(made)
        # Whole or not at all: two processes may start at the same moment.
        with contextlib.suppress(FileExistsError):
            os.link(part, path)
        part.unlink()
    return path.read_text(encoding="ascii").strip()
