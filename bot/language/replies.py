"""Ready-made replies: reviewed sentences that a caseworker can send as they are."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.language.catalogs import Catalogs, CatalogText
from bot.language.sign_offs import Reviews, State

_FAMILY = "reply."


@dataclass(frozen=True, slots=True)
class Reply:
    """One of them in one language."""

    key: str
    words: CatalogText
    is_checked: bool  # by a native reader, this very sentence


class Replies:
    """Every ready-made reply of a language, in the order of the source."""

    def __init__(self, catalogs: Catalogs, reviews: Reviews) -> None:
        self._catalogs = catalogs
        self._reviews = reviews
        self._found: dict[str, list[tuple[str, bool]]] = {}

    def __call__(self, language: str, centre: str) -> Sequence[Reply]:
        """Those that this language has.

        Args:
            centre: the name of whoever sends them.
        """
        if language not in self._found:
            self._found[language] = self._find(language)
        text = self._catalogs.text
        return [
            Reply(key, text(language, key, centre=centre), is_checked)
            for key, is_checked in self._found[language]
        ]

    def _find(self, language: str) -> list[tuple[str, bool]]:
        return [
            (row.key, row.state is State.SIGNED)
            for row in self._reviews.sentences(language)
            if row.key.startswith(_FAMILY) and row.state is not State.MISSING
        ]
