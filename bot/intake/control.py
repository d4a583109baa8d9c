"""Recognises stop, erase, danger, self-harm and numbers without any model.

A message matches when all of it can be cut into known phrases and empty, polite
words, so that "please stop now" is a stop and "he does not stop hitting me" is not.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

SHORTEST_WORD_WITH_TYPO = 4
LONGEST_MESSAGE = 60  # words or signs; longer ones are only searched for parts
LONGEST_SEARCH = 20_000  # characters; no channel lets more through

# Letters that people type for one another on Arabic-script keyboards, and Latin
# ones that Unicode does not take apart into a letter and its mark.
_LETTERS = str.maketrans(
    "أإآٱىئؤةکیےۀہھېۍ" + "łđıøħ",
    "اااايي" + "وهكييهههيي" + "ldioh",
)
# Scripts written without spaces: each sign is matched as a word of its own.
_UNSPACED = (("\u0e00", "\u0e7f"), ("\u3400", "\u9fff"))

_Run = tuple[str, ...]  # words that stand one after the other


class Signal(StrEnum):
    """What control can hear, most urgent first."""

    DANGER = "danger"
    SELF_HARM = "self_harm"
    ERASE = "erase"
    STOP = "stop"
    NUMBERS = "numbers"


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's control lists, as written in its control.yml.

    Args:
        ordinary: texts of this language about anything else; their words are never
            taken for a typo, nor for an empty word of another language.
    """

    whole: Mapping[Signal, tuple[str, ...]]
    parts: Mapping[Signal, tuple[str, ...]] = field(default_factory=dict)
    fillers: tuple[str, ...] = ()
    ordinary: tuple[str, ...] = ()


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text with all that does not matter folded away."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    # Runs of one letter fold to one, so that "stoooop" and "stopp" are "stop".
    return tuple(_RUN.sub(r"\1", decomposed.translate(_FOLDS)).split())


class _Folds(dict[int, str]):
    """What each sign is folded to, found once and remembered."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold(chr(code)).translate(_LETTERS)
        return folded


_FOLDS = _Folds()
_RUN = re.compile(r"(\D)\1+")


def _fold(char: str) -> str:
    category = unicodedata.category(char)
    if category in {"Mn", "Cf", "Me"} or char in "ـ'’`ʼ":
        return ""
    if category == "Nd":
        return str(unicodedata.digit(char))
    if any(low <= char <= high for low, high in _UNSPACED):
        return f" {char} "
    if category == "So":  # emoji stand alone
        return f" {char} "
    if category[0] in "LNM":
        return char
    return " "  # punctuation, spaces, skin tones (Sk), controls


@dataclass(frozen=True, slots=True)
class _Cut:
    """A way to cut a message: how many phrases, and the most urgent among them."""

    phrases: int
    urgency: int

    @property
    def signal(self) -> Signal:
        return list(Signal)[self.urgency]


@dataclass(frozen=True, slots=True)
class _Tongue:
    """One language's phrases, and the empty words that may stand around them."""

    whole: Mapping[_Run, Signal]
    fillers: frozenset[_Run]
    longest: int
    ordinary: frozenset[str]

    def cut(self, words: _Run) -> _Cut | None:
        """Cut the words into phrases and fillers without a rest.

        The cut with the fewest phrases counts: "police number" is one phrase about
        numbers, not a cry for the police and a number.
        """
        best: list[_Cut | None] = [_Cut(0, 0)] + [None] * len(words)
        for end in range(1, len(words) + 1):
            cuts = [
                cut
                for start in range(max(0, end - self.longest), end)
                if (cut := self._extend(best[start], words[start:end])) is not None
            ]
            best[end] = min(cuts, key=_preference, default=None)
        whole = best[-1]
        return whole if whole is not None and whole.phrases else None

    def _extend(self, before: _Cut | None, run: _Run) -> _Cut | None:
        if before is None:
            return None
        if run in self.whole:
            urgency = _urgency(self.whole[run])
            if before.phrases:
                urgency = min(urgency, before.urgency)
            return _Cut(before.phrases + 1, urgency)
        if run in self.fillers or (len(run) == 1 and _is_ornament(run[0])):
            return before
        return None


class Control:
    """Hears control signals in the phrases of every language at once."""

    def __init__(
        self, languages: Iterable[Phrases], *, vocabulary: Iterable[str] = ()
    ) -> None:
        """Args: vocabulary: ordinary texts of no language in particular."""
        rows = list(languages)
        self._tongues = _make_tongues(rows)
        self._speakers: dict[_Run, list[_Tongue]] = {}
        for tongue in self._tongues:
            for phrase in tongue.whole:
                self._speakers.setdefault(phrase, []).append(tongue)
        self._longest = max((t.longest for t in self._tongues), default=0)
        self._parts: dict[_Run, Signal] = {}
        for phrases in rows:
            _index(phrases.parts, self._parts)
        self._longest_part = max(map(len, self._parts), default=0)
        self._known = {word for phrase in self._speakers for word in phrase}
        self._ordinary = {w for text in vocabulary for w in words_of(text)}
        self._ordinary |= {w for tongue in self._tongues for w in tongue.ordinary}
        self._ordinary |= {run[0] for t in self._tongues for run in t.fillers}
        self._near = _deletions(self._known)

    def hear(self, text: str) -> Signal | None:
        """The most urgent signal in the text, or None."""
        words = words_of(text[:LONGEST_SEARCH])
        found = self._find_parts(words)
        if found is not Signal.DANGER and len(words) <= LONGEST_MESSAGE:
            whole = self._cut(words) or self._cut(self._mend(words))
            found = min(filter(None, (found, whole)), key=_urgency, default=None)
        return found

    def _find_parts(self, words: tuple[str, ...]) -> Signal | None:
        runs = (
            words[start:end]
            for start in range(len(words))
            for end in range(start + 1, min(start + self._longest_part, len(words)) + 1)
        )
        heard = {self._parts[run] for run in runs if run in self._parts}
        return min(heard, key=_urgency, default=None)

    def _cut(self, words: _Run) -> Signal | None:
        """The signal of the best cut in any one language."""
        runs = (
            words[start:end]
            for start in range(len(words))
            for end in range(start + 1, min(start + self._longest, len(words)) + 1)
        )
        tongues = {id(t): t for run in runs for t in self._speakers.get(run, ())}
        cuts = (tongue.cut(words) for tongue in tongues.values())
        found = [cut for cut in cuts if cut is not None]
        best = min(found, key=_preference, default=None)
        return None if best is None else best.signal

    def _mend(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Put right at most one mistyped word of four letters and more."""
        for place, word in enumerate(words):
            for right in self._guesses(word):
                mended = (*words[:place], right, *words[place + 1 :])
                if self._cut(mended):
                    return mended
        return ()

    def _guesses(self, word: str) -> Iterator[str]:
        if (
            len(word) < SHORTEST_WORD_WITH_TYPO
            or word in self._known
            or word in self._ordinary
        ):
            return
        near = {w for cut in _with_cuts(word) for w in self._near.get(cut, ())}
        yield from sorted(w for w in near if _one_typo_apart(word, w))


def _make_tongues(rows: Sequence[Phrases]) -> list[_Tongue]:
    """Each language's phrases with its own fillers and the harmless ones of others.

    Dutch "nu" is now, Romanian "nu" is not: a word that means something in the
    language of the phrase is never an empty one around it.
    """
    pooled = {w for row in rows for f in row.fillers if (w := words_of(f))}
    tongues = []
    for row in rows:
        whole: dict[_Run, Signal] = {}
        _index(row.whole, whole)
        own = {w for f in row.fillers if (w := words_of(f))}
        meaningful = frozenset(w for text in row.ordinary for w in words_of(text))
        lent = {run for run in pooled if not meaningful.issuperset(run)}
        fillers = frozenset((own | lent) - whole.keys())
        longest = max(map(len, (*whole, *fillers)), default=0)
        tongues.append(_Tongue(whole, fillers, longest, meaningful))
    return tongues


def _index(
    lists: Mapping[Signal, tuple[str, ...]], into: dict[tuple[str, ...], Signal]
) -> None:
    for signal in sorted(lists, key=_urgency, reverse=True):
        into.update({w: signal for p in lists[signal] if (w := words_of(p))})


def _preference(cut: _Cut) -> tuple[bool, int, int]:
    """Few phrases before many, but a phrase before empty words alone."""
    return cut.phrases == 0, cut.phrases, cut.urgency


def _urgency(signal: Signal) -> int:
    return list(Signal).index(signal)


def _is_ornament(word: str) -> bool:
    return len(word) == 1 and unicodedata.category(word) == "So"


def _deletions(words: Iterable[str]) -> dict[str, set[str]]:
    near: dict[str, set[str]] = {}
    for word in words:
        if len(word) >= SHORTEST_WORD_WITH_TYPO:
            for cut in _with_cuts(word):
                near.setdefault(cut, set()).add(word)
    return near


@lru_cache(maxsize=4096)
def _with_cuts(word: str) -> frozenset[str]:
    return frozenset({word, *(word[:i] + word[i + 1 :] for i in range(len(word)))})


def _one_typo_apart(a: str, b: str) -> bool:
    """One letter added, lost, changed, or two neighbours swapped."""
    if abs(len(a) - len(b)) > 1:
        return False
    if len(a) != len(b):
        short, long = sorted((a, b), key=len)
        return short in _with_cuts(long)
    differ = [i for i in range(len(a)) if a[i] != b[i]]
    if len(differ) == 1:
        return True
    swapped = len(differ) == 2 and differ[1] == differ[0] + 1
    return swapped and a[differ[0]] == b[differ[1]] and a[differ[1]] == b[differ[0]]
