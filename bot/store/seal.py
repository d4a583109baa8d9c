"""Sealing: age for what only a centre may read, the house secret for the rest."""

import hmac
import json
import os
from base64 import urlsafe_b64encode
from contextlib import suppress
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import pyrage
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import CannotOpenError, SettingError

_KEYS_KEPT = 4096  # derived keys held in memory, least used forgotten first
_SHORTEST_SECRET = 32


class Purpose(StrEnum):
    """What a key is for; one purpose's key opens nothing of another's."""

    ADDRESS = "address"  # where to send: a Telegram chat
    DRAFT = "draft"  # what the person typed for the handover
    LABEL = "label"  # what a link is called at the desk
    LINE = "line"  # a line waiting to be shown
    MESSAGE = "message"  # the platform's id of a sent message
    UPDATE = "update"  # an update accepted and not yet handled


class Sealer:
    """Seals with age; what it seals it cannot open."""

    def new_case_key(self, centre_recipient: str) -> tuple[str, bytes]:
        """A fresh case's public key, and its private half sealed to the centre."""
        identity = pyrage.x25519.Identity.generate()
        sealed = self.seal(centre_recipient, str(identity))
        return str(identity.to_public()), sealed

    def seal(self, recipient: str, words: str) -> bytes:
        """The words, readable with this recipient's identity and nothing else."""
        try:
            key = pyrage.x25519.Recipient.from_str(recipient)
        except pyrage.RecipientError:
            raise ValueError("not an age recipient") from None
        return bytes(pyrage.encrypt(words.encode(), [key]))


class RelayIdentity:
    """The chat's own age identity: opens a caseworker's line for one delivery."""

    def __init__(self, identity: str) -> None:
        try:
            self._identity = pyrage.x25519.Identity.from_str(identity.strip())
        except pyrage.IdentityError:
            raise SettingError("The relay identity is malformed.") from None

    @classmethod
    def make(cls) -> Self:
        """A fresh identity, which is gone when its process is."""
        return cls(str(pyrage.x25519.Identity.generate()))

    @classmethod
    def load_or_make(cls, path: Path) -> Self:
        """The identity in this file; made, for its owner's eyes only, if missing."""
        path.parent.mkdir(parents=True, exist_ok=True)
        made = str(pyrage.x25519.Identity.generate()) + "\n"
        # Linked into place whole: a second process starting at the same moment
        # finds either no file or a complete one.
        part = path.with_name(f"{path.name}.{os.getpid()}")
        if not path.exists():
            part.touch(0o600)
            part.write_text(made)
            with suppress(FileExistsError):
                path.hardlink_to(part)
            part.unlink()
        return cls(path.read_text())

    @property
    def recipient(self) -> str:
        return str(self._identity.to_public())

    def open(self, sealed: bytes) -> str:
        """The words in it.

        Raises:
            CannotOpenError: it was sealed to someone else, or is damaged.
        """
        try:
            return bytes(pyrage.decrypt(sealed, [self._identity])).decode()
        except (pyrage.DecryptError, UnicodeDecodeError):
            raise CannotOpenError from None


class Pocket:
    """Seals and hashes under the house secret, one derived key per purpose.

    With an address, the key needs the address as well: the web page's address is
    known to the person's browser alone, so the house cannot open it by itself.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) < _SHORTEST_SECRET:
            raise SettingError(f"The secret needs {_SHORTEST_SECRET} bytes or more.")
        self._secret = secret
        self._hash_key = self._derive("hash")
        self._box = lru_cache(_KEYS_KEPT)(self._make_box)

    @property
    def chain_key(self) -> bytes:
        """The key of the hash chains; see chain.py."""
        return self._derive("chain")

    def hash_address(self, channel: str, address: str) -> bytes:
        return self._hash("address", channel, address)

    def hash_update(self, channel: str, update_id: str) -> bytes:
        return self._hash("update", channel, update_id)

    def hash_receipt(self, code: str) -> bytes:
        return self._hash("receipt", code)

    def seal(
        self, purpose: Purpose, value: Any, *, address: str = "", block: int = 1
    ) -> bytes:
        """A value that JSON can hold, sealed.

        Args:
            block: the length is filled up to a multiple of this, so that it does not
                tell what is inside.
        """
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        filled = text + b" " * (-len(text) % block)  # blanks that JSON reads over
        return self._box(purpose, address).encrypt(filled)

    def open(self, purpose: Purpose, sealed: bytes, *, address: str = "") -> Any:
        """The value that was sealed for this purpose and address.

        Raises:
            CannotOpenError: it was sealed otherwise, or is damaged.
        """
        try:
            return json.loads(self._box(purpose, address).decrypt(sealed))
        except InvalidToken:
            raise CannotOpenError from None

    def _hash(self, *parts: str) -> bytes:
        return hmac.digest(self._hash_key, "\0".join(parts).encode(), "sha256")

    def _make_box(self, purpose: Purpose, address: str) -> Fernet:
        return Fernet(urlsafe_b64encode(self._derive("seal", purpose, address)))

    def _derive(self, *info: str) -> bytes:
        context = "\0".join(("passerelle", *info)).encode()
        return HKDF(SHA256(), length=32, salt=None, info=context).derive(self._secret)
