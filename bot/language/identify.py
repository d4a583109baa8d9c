"""Guesses in which language a text is written; a guess only ever asks."""

import unicodedata
from collections.abc import Iterable

from lingua import ConfidenceValue, IsoCode639_1, Language, LanguageDetectorBuilder

FEWEST_WORDS = 3  # fewer say too little, and names and places mislead
SURE = 0.9
# Scripts of one language only. Spoken here or not, no model is needed for them.
_SCRIPTS = {
    "ETHIOPIC": "am",
    "GURMUKHI": "pa",
    "DEVANAGARI": "hi",
    "THAI": "th",
    "CJK": "zh-Hans",
}
# Letters that, of the languages in Arabic script, only one writes.
_LETTERS = {"ps": "ټډړږښڼېۍ", "ur": "ٹڈڑںےہ", "fa": "پژگ"}
_OWN_TAG = {"zh": "zh-Hans", "hr": "sr-Latn", "bs": "sr-Latn"}


class LanguageIdentifier:
    """Knows the languages that are spoken here."""

    def __init__(self, tags: Iterable[str]) -> None:
        self._tags = frozenset(tags)
        known = [lang for lang in Language.all() if _tag_of(lang) in self._tags]
        # The small models: forty megabytes instead of six hundred, and good enough
        # for a question that shows both names.
        self._detector = (
            LanguageDetectorBuilder.from_languages(*known)
            .with_low_accuracy_mode()
            .with_preloaded_language_models()
            .build()
            if len(known) > 1
            else None
        )

    def guess(self, text: str) -> str | None:
        """The tag of a spoken language, if there is little doubt, else None."""
        tag = _by_script(text) or self._by_words(text)
        return tag if tag in self._tags else None

    def _by_words(self, text: str) -> str | None:
        if self._detector is None or len(text.split()) < FEWEST_WORDS:
            return None
        values = self._detector.compute_language_confidence_values(text)
        sums: dict[str, float] = {}
        for value in values:
            tag = _tag_of_value(value)
            sums[tag] = sums.get(tag, 0.0) + value.value
        best = max(sums, key=sums.__getitem__, default=None)
        return best if best is not None and sums[best] >= SURE else None


def _by_script(text: str) -> str | None:
    letters = [char for char in text if char.isalpha()]
    names = [unicodedata.name(char, "").split()[0] for char in letters]
    for script, tag in _SCRIPTS.items():
        if names.count(script) * 2 > len(letters):
            return tag
    if names.count("ARABIC") * 2 > len(letters):
        for tag, own in _LETTERS.items():
            if any(char in own for char in text):
                return tag
    return None


def _tag_of(language: Language) -> str:
    code: IsoCode639_1 = language.iso_code_639_1
    tag = str(code.name).lower()
    return _OWN_TAG.get(tag, tag)


def _tag_of_value(value: ConfidenceValue) -> str:
    return _tag_of(value.language)
