"""Sees a negation that was lost or added on the way."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path

import yaml

from bot.language.machine.guards_words import LETTERS, fold

_FILE = Path(__file__).with_name("negations.yml")
_KINDS = ("ignore", "verb", "other", "soft")
_GAP = r"(?:[^.!?;:,،؛]{0,40}?\s)??"
_SENTENCE = re.compile(r"(?<=[.!?…؟۔।॥።。！？])[\s\"'»”)]*(?=\S)|\n+")
_MARKS = re.compile(rf"[^{LETTERS}?؟？]+$")


def changes_negation(source: str, translated: str, languages: tuple[str, str]) -> bool:
    """Whether a sentence says no where the other says yes.

    Sentence by sentence where both have as many, else over all of them: two sentences
    may become one, but a no that is lost in the one is no comfort in the other.
    """
    return any(
        _differ(_count(one, languages[0]), _count(other, languages[1]))
        for one, other in _aligned(source, translated)
    )


def _differ(one: Counter[str], other: Counter[str]) -> bool:
    return _is_lost(one, other) or _is_lost(other, one)


def _is_lost(one: Counter[str], other: Counter[str]) -> bool:
    """Whether what `one` negates is not negated in the other."""
    found = other["verb"] + other["other"]
    excused = max(0, other["soft"] - one["soft"])
    if one["verb"] + one["other"] and not found and not excused:
        return True
    # Many languages negate twice for one no; so only verbs are counted.
    return one["verb"] > 1 and one["verb"] > found + excused


def _aligned(source: str, translated: str) -> Iterator[tuple[str, str]]:
    before, after = source.strip().split("\n"), translated.strip().split("\n")
    if len(before) != len(after):
        yield source, translated
        return
    for one, other in zip_longest(before, after):
        ones, others = _sentences(one), _sentences(other)
        if len(ones) == len(others):
            yield from zip(ones, others, strict=True)
        else:
            yield one, other


def _sentences(text: str) -> list[str]:
    return [one for one in _SENTENCE.split(text) if any(map(str.isalnum, one))]


def _count(text: str, language: str) -> Counter[str]:
    pattern = _pattern(language)
    if pattern is None:
        return Counter()
    found = pattern.finditer(_MARKS.sub("", fold(text)))
    return Counter(str(one.lastgroup).rstrip("0123456789") for one in found)


@lru_cache(maxsize=64)
def _pattern(language: str) -> re.Pattern[str] | None:
    """One pattern for all lists of a language; phrases before words."""
    lists = _read().get(language)
    if lists is None:
        return None
    spaced = bool(lists.get("spaces", True))
    entries = [
        (kind, entry.strip())
        for kind in _KINDS
        for entry in str(lists[kind]).split(",")
        if entry.strip()
    ]
    ordered = sorted(entries, key=lambda one: _rank(one[0], one[1], spaced))
    parts = [
        f"(?P<{kind}{at}>{_compiled(entry, f'twice{at}')})"
        for at, (kind, entry) in enumerate(ordered)
    ]
    start, end = (rf"(?<![{LETTERS}])", rf"(?![{LETTERS}])") if spaced else ("", "")
    return re.compile(f"{start}(?:{'|'.join(parts)}){end}")


def _rank(kind: str, entry: str, spaced: bool) -> tuple[int, int, int]:
    """What is tried first: what is none, then phrases, then words; the long first.

    Before all, what is meant for the beginning of a sentence only.
    """
    if entry.startswith("^"):
        return 0, -len(entry), 0
    if kind == "ignore":
        return 1, -len(entry), 0
    phrase = spaced and " " in entry
    # Of two words as long, the one that excuses: an accusation needs to be sure.
    last = _KINDS.index(kind) if phrase or kind != "soft" else 0
    return 2 if phrase else 3, -len(entry), last


def _compiled(entry: str, name: str) -> str:
    """The entry of the file as a pattern; see its head for the signs."""
    if "(.)" in entry:
        middle = re.escape(fold(entry.removeprefix("(.)").removesuffix("~")))
        return rf"(?P<{name}>\w){middle}(?P={name})"
    pattern = re.escape(fold(entry))
    for written, meant in (
        (r"\ …\ ", r"\s+" + _GAP),
        (r"\ ", r"\s+"),
        (r"\*", f"[{LETTERS}]*"),
        (r"\?", r"\s*[?؟？]"),
        (r"\^", r"\A\W*"),
        (r"\$", r"\W*\Z"),
    ):
        pattern = pattern.replace(written, meant)
    return pattern


@lru_cache(maxsize=1)
def _read() -> Mapping[str, Mapping[str, object]]:
    """The lists of all languages; read once, when the first text is judged."""
    text = _FILE.read_text(encoding="utf-8")
    lists: Mapping[str, Mapping[str, object]] = yaml.load(text, Loader=yaml.CSafeLoader)
    return lists
