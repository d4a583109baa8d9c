"""Reviewed text: every sentence a person can read, by key and language."""

import hashlib
import string
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NewType

from babel.messages.pofile import read_po

from bot.language.languages import Languages

CatalogText = NewType("CatalogText", str)

LANGUAGE_NAME = "language.name."
# Set an argument apart from the text around it, so that a phone number or a Latin
# name keeps its order inside a right-to-left sentence (Unicode TR9, FSI and PDI).
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"


class Catalogs:
    """Loads a language when it is first spoken and keeps it."""

    def __init__(
        self,
        folder: Path,
        languages: Languages,
        arguments: Mapping[str, str],
        *,
        domain: str = "passerelle",
    ) -> None:
        """Where the texts are, and what is known in every one of them.

        Args:
            arguments: such as the phone numbers.
            domain: the name of the files; a domain need not be in every language.
        """
        self._folder = folder
        self._domain = domain
        self._languages = languages
        self._arguments = dict(arguments)
        self._texts: dict[str, dict[str, str]] = {}

    def text(self, language: str, key: str, **args: str) -> CatalogText:
        """The words of a key, complete with its arguments; KeyError if unknown."""
        if key.startswith(LANGUAGE_NAME):
            return CatalogText(self._languages[key.removeprefix(LANGUAGE_NAME)].name)
        values = {**self._arguments, **args}
        if self._languages[language].direction == "rtl":
            values = {k: f"{_ISOLATE}{v}{_END_ISOLATE}" for k, v in values.items()}
        return CatalogText(_fill(self._load(language)[key], values))

    def has(self, language: str, key: str) -> bool:
        """Whether this language can say this key."""
        return key.startswith(LANGUAGE_NAME) or key in self._load(language)

    def keys(self, language: str) -> frozenset[str]:
        """Every key of a language."""
        return frozenset(self._load(language))

    def version(self, language: str, key: str) -> str:
        """Names the exact wording: the first half of its SHA-256, in hex."""
        words = self._load(language)[key].encode()
        return hashlib.sha256(words).hexdigest()[:32]

    def status(self, language: str) -> str:
        """How far this language's text has been checked."""
        return self._languages[language].status

    def direction(self, language: str) -> str:
        """The direction in which this language is read."""
        return self._languages[language].direction

    def _load(self, language: str) -> dict[str, str]:
        if language not in self._texts:
            path = self._folder / language / "LC_MESSAGES" / f"{self._domain}.po"
            self._texts[language] = _read(path)
        return self._texts[language]


def _read(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        catalog = read_po(file)
    return {
        str(message.context): str(message.string)
        for message in catalog
        if message.context and message.string and not message.fuzzy
    }


@lru_cache(maxsize=4096)
def _parse(text: str) -> tuple[tuple[str, str | None], ...]:
    fields = string.Formatter().parse(text)
    return tuple((literal, name) for literal, name, _, _ in fields)


def _fill(text: str, values: Mapping[str, str]) -> str:
    """Put the arguments in as they are: no attribute access, no format codes."""
    parts = []
    for literal, name in _parse(text):
        parts.append(literal)
        if name is not None:
            parts.append(values[name])
    return "".join(parts)
