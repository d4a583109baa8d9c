"""Who has read which sentence: a sign-off holds for one source and one translation."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from bot.errors import PasserelleError

PO_WIDTH = 90


class State(StrEnum):
    """How far a sentence has come."""

    MISSING = "missing"
    DRAFT = "draft"  # written, never signed off
    CHANGED = "changed"  # signed off once; source or translation changed since
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One key in one language, with its source and what is known of it."""

    key: str
    source: str
    translation: str
    state: State
    note: str


class Reviews:
    """The catalogs of one folder and their sign-offs, language by language."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def sentences(self, language: str) -> list[Sentence]:
        """Every sentence of the source, in its order."""
        source = self._catalog("en")
        path = self._path(language)
        translated = _by_key(self._catalog(language)) if path.exists() else {}
        signed = self._read(language)
        return [
            _sentence(message, translated.get(key), signed.get(key))
            for key, message in _by_key(source).items()
        ]

    def sign(
        self, language: str, keys: Iterable[str], *, reviewer: str, on: date
    ) -> int:
        """Record that this reviewer stands for these sentences; how many.

        Raises:
            PasserelleError: a key is unknown or not translated.
        """
        wanted = set(keys)
        found = {row.key: row for row in self.sentences(language) if row.key in wanted}
        for key in sorted(wanted):
            if key not in found or found[key].state is State.MISSING:
                raise PasserelleError(f"{key} has no translation to sign off.")
        signed = dict(self._read(language))
        for key, row in found.items():
            signed[key] = {
                "hash": hash_pair(row.source, row.translation),
                "reviewer": reviewer,
                "date": on.isoformat(),
            }
        self._write(language, signed)
        return len(found)

    def export(self, language: str, path: Path) -> None:
        """Write the catalog with all that is not signed off marked as fuzzy."""
        states = {row.key: row.state for row in self.sentences(language)}
        catalog = self._catalog(language)
        for message in catalog:
            key = str(message.context or "")
            if key and states.get(key) is not State.SIGNED:
                message.flags.add("fuzzy")
        with path.open("wb") as file:
            write_po(file, catalog, width=PO_WIDTH)

    def take_in(self, language: str, path: Path) -> int:
        """Take in the translations of a PO file; how many changed.

        Raises:
            PasserelleError: a placeholder was lost or added; nothing is taken in.
        """
        incoming = _by_key(_read_po(path))
        catalog = self._catalog(language)
        changed = 0
        for key, message in _by_key(catalog).items():
            new = incoming.get(key)
            text = str(new.string) if new is not None else ""
            if not text or text == message.string:
                continue
            if sorted(_fields(text)) != sorted(_fields(str(message.id))):
                raise PasserelleError(f"{key}: the words in braces differ.")
            message.string = text
            changed += 1
        with self._path(language).open("wb") as file:
            write_po(file, catalog, width=PO_WIDTH)
        return changed

    def _catalog(self, language: str) -> Catalog:
        return _read_po(self._path(language))

    def _path(self, language: str) -> Path:
        return self._folder / language / "LC_MESSAGES" / "passerelle.po"

    def _signed_path(self, language: str) -> Path:
        return self._folder / language / "sign-offs.json"

    def _read(self, language: str) -> Mapping[str, Mapping[str, str]]:
        path = self._signed_path(language)
        if not path.exists():
            return {}
        signed: dict[str, dict[str, str]] = json.loads(path.read_text("utf-8"))
        return signed

    def _write(self, language: str, signed: Mapping[str, Mapping[str, str]]) -> None:
        text = json.dumps(signed, ensure_ascii=False, indent=1, sort_keys=True)
        self._signed_path(language).write_text(text + "\n", encoding="utf-8")


def hash_pair(source: str, translation: str) -> str:
    """Names one source with one translation; any change of either changes it."""
    return hashlib.sha256(f"{source}\0{translation}".encode()).hexdigest()[:32]


def _sentence(
    message: Message, translated: Message | None, signed: Mapping[str, str] | None
) -> Sentence:
    source, key = str(message.string), str(message.context)
    stale = translated is None or str(translated.id) != str(message.id)
    translation = "" if translated is None else str(translated.string)
    if not translation or stale:
        state = State.MISSING
    elif signed is None:
        state = State.DRAFT
    elif signed["hash"] != hash_pair(source, translation):
        state = State.CHANGED
    else:
        state = State.SIGNED
    return Sentence(key, source, translation, state, " ".join(message.auto_comments))


def _by_key(catalog: Catalog) -> dict[str, Message]:
    return {str(m.context): m for m in catalog if m.context}


def _read_po(path: Path) -> Catalog:
    try:
        with path.open("rb") as file:
            return read_po(file)
    except OSError:
        raise PasserelleError(f"There is no catalog at {path}.") from None


def _fields(text: str) -> list[str]:
    return [part.split("}")[0] for part in text.split("{")[1:]]
