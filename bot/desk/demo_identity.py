"""What a browser does with a password and a new identity, for demonstration accounts.

A real account is made in an administrator's browser (web/desk/keys.ts, which has the
same figures); this server side exists only so that a demonstration has accounts.
"""

import hashlib
import hmac
import secrets
import unicodedata
from base64 import b64encode

import pyrage
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_STRETCH_COST = 2**16
_STRETCH_MEMORY = 128 * 1024 * 1024
_WRAP_COST_LOG2 = 10
_SIGN_IN_BYTES = 32
_FIRST_AND_LAST_CHUNK = bytes(11) + b"\x01"


def new_identity() -> str:
    """A fresh age identity, as the administrator's browser would make it."""
    return str(pyrage.x25519.Identity.generate())


def recipient_of(identity: str) -> str:
    """The public half of an identity."""
    return str(pyrage.x25519.Identity.from_str(identity).to_public())


def derive_password_keys(password: str, salt: bytes) -> tuple[bytes, str]:
    """The key that is sent to sign in, and the one that unlocks the identity."""
    stretched = hashlib.scrypt(
        unicodedata.normalize("NFKC", password).encode(),
        salt=salt,
        n=_STRETCH_COST,
        r=8,
        p=1,
        maxmem=_STRETCH_MEMORY,
        dklen=64,
    )
    unlock = b64encode(stretched[_SIGN_IN_BYTES:]).decode()
    return stretched[:_SIGN_IN_BYTES], unlock


def wrap_identity(identity: str, unlock: str) -> bytes:
    """An age file that opens with this passphrase (format age-encryption.org/v1).

    pyrage cannot choose the work factor, and its own takes a second or more in a
    browser to protect what is 256 random bits already.
    """
    file_key, salt, nonce = (secrets.token_bytes(16) for _ in range(3))
    wrap_key = hashlib.scrypt(
        unlock.encode(),
        salt=b"age-encryption.org/v1/scrypt" + salt,
        n=2**_WRAP_COST_LOG2,
        r=8,
        p=1,
        dklen=32,
    )
    body = ChaCha20Poly1305(wrap_key).encrypt(bytes(12), file_key, None)
    header = (
        b"age-encryption.org/v1\n"
        + b"-> scrypt %s %d\n" % (_encode(salt), _WRAP_COST_LOG2)
        + b"%s\n---" % _encode(body)
    )
    mac = hmac.digest(_expand(file_key, b"", b"header"), header, "sha256")
    payload = ChaCha20Poly1305(_expand(file_key, nonce, b"payload")).encrypt(
        _FIRST_AND_LAST_CHUNK, identity.encode(), None
    )
    return header + b" %s\n" % _encode(mac) + nonce + payload


def _encode(value: bytes) -> bytes:
    return b64encode(value).rstrip(b"=")


def _expand(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), length=32, salt=salt or None, info=info).derive(key)
