"""Splits a text into the sentences that a translation model can take."""

import re
from collections.abc import Iterator

import sentencex

# A model reads 1,024 pieces of words and writes 256, and says nothing when it cuts.
# So many letters are well below that in every language, also where one sign is a word.
LONGEST, LONGEST_WITHOUT_SPACES = 300, 100
_PAUSE = re.compile(r"[,;:،؛፣፤，、；：]\s*|\s[-–—]\s")
_SPACE = re.compile(r"\s+")


def split_sentences(text: str, language: str) -> list[str]:
    """The sentences of one paragraph, the very long ones cut where one pauses."""
    found = (one.strip() for one in sentencex.segment(language, text))
    return [part for one in found if one for part in _cut(one)]


def has_letters(text: str) -> bool:
    """Whether there is anything to translate; a model invents words for the rest."""
    return any(sign.isalpha() for sign in text)


def _cut(sentence: str) -> Iterator[str]:
    rest = sentence
    while len(rest) > (longest := _longest(rest)):
        end = _last(_PAUSE, rest, longest) or _last(_SPACE, rest, longest) or longest
        yield rest[:end].strip()
        rest = rest[end:].strip()
    if rest:
        yield rest


def _longest(text: str) -> int:
    head = text[:LONGEST]
    return LONGEST if len(head.split()) > LONGEST // 30 else LONGEST_WITHOUT_SPACES


def _last(mark: re.Pattern[str], text: str, longest: int) -> int:
    """Where the last mark of the first so many letters ends; 0 without one."""
    ends = [found.end() for found in mark.finditer(text, 0, longest)]
    return next((end for end in reversed(ends) if end > longest // 3), 0)
