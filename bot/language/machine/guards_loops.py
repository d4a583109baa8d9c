"""Sees a translation that goes round in circles, or is far too long or too short."""

import re
from itertools import pairwise

from bot.language.machine.guards_words import UNSPACED, tokens

_LONGEST_PHRASE = 24
_STUTTER = re.compile(r"(\w{1,3}?)\1{5,}")
# Letters beside English, measured on the catalogs.
_DENSITY = {
    "zh-Hans": 0.35,
    "am": 0.68,
    "th": 0.8,
    "ar": 0.85,
    "ps": 0.87,
    "cs": 0.93,
    "fr": 1.17,
    "de": 1.16,
    "nl": 1.08,
    "it": 1.05,
    "ro": 1.05,
    "es": 1.05,
}
# A short text may grow or shrink much ("ok", "d'accord"), a long one hardly.
_MOST, _LEAST = 2.2, 0.45
_MORE, _LESS = 14, 9


def is_loop(source: str, translated: str, languages: tuple[str, str]) -> bool:
    """Whether the translation repeats itself where the source does not."""
    before, after = tokens(source, languages[0]), tokens(translated, languages[1])
    stutter = _STUTTER.search(translated.casefold())
    if stutter and not stutter[0].isdigit() and not _STUTTER.search(source.casefold()):
        return True
    for size in range(1, min(_LONGEST_PHRASE, len(after) // 2) + 1):
        times = _times(after, size)
        if times >= _fewest(size, languages[1]) and times > 1 + max(
            (_times(before, one) for one in _sizes(size)), default=1
        ):
            return True
        if times > 40:  # whatever the source says
            return True
    return _is_poor(before, after, languages)


def is_out_of_length(source: str, translated: str, languages: tuple[str, str]) -> bool:
    """Whether the translation is too long or too short for what it translates."""
    one, other = (_DENSITY.get(language, 1.0) for language in languages)
    expected = _letters(source) * other / one
    found = _letters(translated)
    # Slack is counted in signs, and a sign of Chinese holds more.
    more, less = (_MORE * other, _LESS * other)
    return found > expected * _MOST + more or found < expected * _LEAST - less


def _letters(text: str) -> int:
    return sum(sign.isalnum() for sign in text)


def _sizes(size: int) -> range:
    """A phrase of so many words may have had more or fewer in the other language."""
    return range(1, 3 * size + 3)


def _fewest(size: int, language: str) -> int:
    """How often in a row is suspicious: a long phrase twice, a word three times."""
    long = 10 if language in UNSPACED else 4
    return 2 if size >= long else 3


def _times(items: list[str], size: int) -> int:
    """How often at most some phrase of this size follows upon itself."""
    best = run = 0
    for at in range(size, len(items)):
        run = run + 1 if items[at] == items[at - size] else 0
        best = max(best, run)
    return best // size + 1


def _is_poor(before: list[str], after: list[str], languages: tuple[str, str]) -> bool:
    """Whether a handful of words comes again and again, if not in a row."""
    return _variety(after, languages[1]) < 0.45 and (
        _variety(before, languages[0]) > 0.6 or len(after) > 2.5 * len(before)
    )


def _variety(items: list[str], language: str) -> float:
    if language in UNSPACED:
        items = [one + other for one, other in pairwise(items)]
    if len(items) < 12 or len(items) > 120:
        return 1.0
    return len(set(items)) / len(items)
