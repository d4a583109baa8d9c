"""What the words of a text are about, by the lookup tables of every language."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

Table = tuple[str, str]  # language and concept
Found = tuple[int, int, Table]  # place of the word, letters matched, table

# Letters that people type for one another: on Arabic-script keyboards, in Latin ones
# that Unicode does not take apart, in Amharic ones that sound alike.
LETTERS = str.maketrans(
    "أإآٱىئؤةکیےۀہھېۍ" + "łđıøħ" + "ሐሑሒሓሔሕሖኀኁኂኃኄኅኆሠሡሢሣሤሥሦዐዑዒዓዔዕዖፀፁፂፃፄፅፆ",
    "ااااييوهكييهههيي" + "ldioh" + "ሀሁሂሃሄህሆሀሁሂሃሄህሆሰሱሲሳሴስሶአኡኢኣኤእኦጸጹጺጻጼጽጾ",
)
# Scripts without spaces: every sign is a word.
UNSPACED = re.compile("([\u0e00-\u0e7f\u3400-\u9fff])")
# Scripts that write article, "and" and prepositions together with the word.
_JOINED = re.compile("[\u0600-\u06ff\u1200-\u137f]")
_MOST_JOINED = 3  # letters before the word
_SHORTEST_STEM = 2


def fold(text: str) -> list[str]:
    """The words without what people leave out or type for one another."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(_fold_letter(char) for char in letters)
    return [_squeeze(word) for word in kept.translate(LETTERS).split()]


def single_signs(words: Sequence[str]) -> list[str]:
    """The words, those of scripts without spaces sign by sign."""
    return UNSPACED.sub(r" \1 ", " ".join(words)).split()


def _fold_letter(char: str) -> str:
    if char.isascii() and char.isalnum():
        return char
    category = unicodedata.category(char)
    if category == "Mn":
        # Accents go; vowel signs of Thai or Hindi are letters and stay.
        accent = unicodedata.combining(char)
        is_letter = accent in {0, 9} or 36 <= accent < 200
        return char if is_letter else ""
    if category in {"Cf", "Me"} or char in "ـ'’`ʼ":
        return ""
    if category == "Nd":
        return str(unicodedata.digit(char))
    if category == "So":  # emoji stand alone
        return f" {char} "
    return char if category[0] in "LNM" else " "


def _squeeze(word: str) -> str:
    """Fold runs of one letter, so that "heeelp" is "help"."""
    return "".join(
        char
        for place, char in enumerate(word)
        if char.isdigit() or not place or char != word[place - 1]
    )


@dataclass
class Lexicon:
    """Finds the concepts of a text; one language at a time has the word.

    Args:
        entries: pairs such as ("fr.money", "thune*"); a star stands for any ending.
    """

    entries: Iterable[tuple[str, str]]
    _words: dict[str, list[Table]] = field(default_factory=dict)
    _stems: dict[str, list[Table]] = field(default_factory=dict)
    _phrases: dict[str, list[tuple[list[str], Table]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        words, stems = defaultdict(list), defaultdict(list)
        phrases = defaultdict(list)
        for name, entry in self.entries:
            language, _, concept = name.rpartition(".")
            table = (language, concept)
            parts = [self._part(part) for part in entry.split()]
            parts = [piece for part in parts for piece in part]
            if len(parts) > 1:
                phrases[parts[0]].append((parts[1:], table))
            elif parts and parts[0].endswith("*"):
                stems[parts[0][:-1]].append(table)
            elif parts:
                words[parts[0]].append(table)
        self._words, self._stems, self._phrases = (
            dict(words),
            dict(stems),
            dict(phrases),
        )

    def find(self, folded: Sequence[str]) -> list[tuple[int, str]]:
        """The concepts with the places of their words, in the order of the text."""
        words = single_signs(folded)
        found = [hit for place in range(len(words)) for hit in self._at(words, place)]
        known: dict[str, set[int]] = defaultdict(set)
        for place, length, (language, _) in found:
            known[language].update(range(place, place + length))
        most = max(map(len, known.values()), default=0)
        spoken = {tag for tag, places in known.items() if len(places) >= 0.75 * most}
        concepts = {(at, concept) for at, _, (tag, concept) in found if tag in spoken}
        return sorted(concepts)

    def _at(self, words: Sequence[str], place: int) -> Iterator[Found]:
        word = words[place]
        for start in self._starts(word):
            tables = self._tables(word[start:])
            for table in tables:
                yield place, 1, table
            if tables:
                break
        for key in self._keys(word):
            for rest, table in self._phrases.get(key, ()):
                after = words[place + 1 : place + 1 + len(rest)]
                if len(after) == len(rest) and all(map(_fits, rest, after)):
                    yield place, 1 + len(rest), table

    def _starts(self, word: str) -> range:
        joined = _JOINED.match(word) is not None
        return range(
            min(_MOST_JOINED, len(word) - 3) + 1 if joined and len(word) > 3 else 1
        )

    def _tables(self, word: str) -> list[Table]:
        """The tables of the word itself; else of the longest stem in each language."""
        best = {table[0]: (len(word) + 1, []) for table in self._words.get(word, ())}
        for table in self._words.get(word, ()):
            best[table[0]][1].append(table)
        for length in range(len(word), _SHORTEST_STEM - 1, -1):
            for table in self._stems.get(word[:length], ()):
                longest, tables = best.setdefault(table[0], (length, []))
                if length == longest:
                    tables.append(table)
        return [table for _, tables in best.values() for table in tables]

    def _keys(self, word: str) -> Iterator[str]:
        yield word
        for length in range(_SHORTEST_STEM, len(word) + 1):
            yield f"{word[:length]}*"

    @staticmethod
    def _part(part: str) -> list[str]:
        """One written part, folded as texts are; unspaced scripts sign by sign."""
        folded = single_signs(fold(part.rstrip("*")))
        if folded and part.endswith("*") and not UNSPACED.match(folded[-1]):
            folded[-1] += "*"
        return folded


def _fits(pattern: str, word: str) -> bool:
    if pattern.endswith("*"):
        return word.startswith(pattern[:-1])
    return word == pattern
