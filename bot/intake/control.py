"""Recognises stop, erase, danger, self-harm and numbers without any model.

A message matches when all of it can be cut into known phrases and empty, polite
words, so that "please stop now" is a stop and "he does not stop hitting me" is not.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

SHORTEST_WORD_WITH_TYPO = 4
LONGEST_MESSAGE = 30  # words; longer ones are only searched for danger's parts
LONGEST_PART = 8  # words
LONGEST_SEARCH = 20_000  # characters; no channel lets more through

# Letters that people type for one another on Arabic-script keyboards.
_LETTERS = str.maketrans(
    "أإآٱىئؤةکیےۀہھ",
    "اااايي" + "وهكييههه",
)
# Scripts written without spaces: each sign is matched as a word of its own.
_UNSPACED = (("\u0e00", "\u0e7f"), ("\u3400", "\u9fff"))


class Signal(StrEnum):
    """What control can hear, most urgent first."""

    DANGER = "danger"
    SELF_HARM = "self_harm"
    ERASE = "erase"
    STOP = "stop"
    NUMBERS = "numbers"


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's control lists, as written in its control.yml."""

    whole: Mapping[Signal, tuple[str, ...]]
    parts: Mapping[Signal, tuple[str, ...]] = field(default_factory=dict)
    fillers: tuple[str, ...] = ()


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text with all that does not matter folded away."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(_fold(char) for char in decomposed).translate(_LETTERS)
    return tuple(_squeeze(word) for word in letters.split())


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


def _squeeze(word: str) -> str:
    """Fold runs of one letter, so that "stoooop" and "stopp" are "stop"."""
    kept = [c for i, c in enumerate(word) if c.isdigit() or i == 0 or c != word[i - 1]]
    return "".join(kept)


@dataclass(frozen=True, slots=True, order=True)
class _Cut:
    """A way to cut a message: how many phrases, and the most urgent among them."""

    phrases: int
    urgency: int

    @property
    def signal(self) -> Signal:
        return list(Signal)[self.urgency]


class Control:
    """Hears control signals in the phrases of every language at once."""

    def __init__(
        self, languages: Iterable[Phrases], *, vocabulary: Iterable[str] = ()
    ) -> None:
        """Args: vocabulary: ordinary words, which are never taken for a typo."""
        self._whole: dict[tuple[str, ...], Signal] = {}
        self._parts: dict[tuple[str, ...], Signal] = {}
        self._fillers: set[tuple[str, ...]] = set()
        for phrases in languages:
            _index(phrases.whole, self._whole)
            _index(phrases.parts, self._parts)
            self._fillers |= {w for f in phrases.fillers if (w := words_of(f))}
        self._fillers -= self._whole.keys()
        self._longest = max(map(len, (*self._whole, *self._fillers)), default=0)
        self._known = {word for phrase in self._whole for word in phrase}
        self._ordinary = {w for text in vocabulary for w in words_of(text)}
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
            for end in range(start + 1, min(start + LONGEST_PART, len(words)) + 1)
        )
        heard = {self._parts[run] for run in runs if run in self._parts}
        return min(heard, key=_urgency, default=None)

    def _cut(self, words: tuple[str, ...]) -> Signal | None:
        """Cut the words into known phrases and fillers without a rest.

        The cut with the fewest phrases counts: "police number" is one phrase about
        numbers, not a cry for the police and a number.
        """
        best: list[_Cut | None] = [_Cut(0, 0)] + [None] * len(words)
        for end in range(1, len(words) + 1):
            cuts = [
                cut
                for start in range(max(0, end - self._longest), end)
                if (cut := self._extend(best[start], words[start:end])) is not None
            ]
            best[end] = min(cuts, default=None)
        whole = best[-1]
        return None if whole is None or not whole.phrases else whole.signal

    def _extend(self, before: _Cut | None, run: tuple[str, ...]) -> _Cut | None:
        if before is None:
            return None
        if run in self._whole:
            urgency = _urgency(self._whole[run])
            if before.phrases:
                urgency = min(urgency, before.urgency)
            return _Cut(before.phrases + 1, urgency)
        if run in self._fillers or (len(run) == 1 and _is_ornament(run[0])):
            return before
        return None

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
            or (word,) in self._fillers
        ):
            return
        near = {w for cut in _with_cuts(word) for w in self._near.get(cut, ())}
        yield from sorted(w for w in near if _one_typo_apart(word, w))


def _index(
    lists: Mapping[Signal, tuple[str, ...]], into: dict[tuple[str, ...], Signal]
) -> None:
    for signal in sorted(lists, key=_urgency, reverse=True):
        into.update({w: signal for p in lists[signal] if (w := words_of(p))})


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
