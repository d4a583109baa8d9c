"""Sees names, addresses and plates that were lost, changed or invented on the way."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache

from babel import Locale

from bot.language.machine.guards_words import (
    VERBATIM,
    plain,
    script_of,
    word_list,
    words,
)

_CODE = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Z])[A-Z0-9]+(?:-[A-Z0-9]+)*\b")
_SHORTEST_CODE, _LETTERS_OF_CODE = 5, 2
_LATIN = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ]")
_SENTENCE_STARTS = frozenset(".!?…:;\n\"'«»“”„‘-–—•*()[]|/·¿¡&")
# Council of Europe, Dienst voor Voogdij: one name.
_PARTICLE = re.compile(
    r"[ \xa0-]|(?: (?:of|for|the|de|du|des|la|van|voor|von|der|den|het|di|da|do|dos))"
    r"{1,2}[ '’]"
)
_SHORTEST = 3
_ALIKE = 0.6
_STEM = 4
_NO_CAPITALS = frozenset({"de"})  # there, every noun has one


def changes_names(source: str, translated: str, languages: tuple[str, str]) -> bool:
    """Whether something that names one person, place or thing is no longer there.

    A name in another script may be written by its sound: only what stands in Latin
    letters everywhere, and names within one script, can be judged.
    """
    if _loses_verbatim(source, translated):
        return True
    if script_of(languages[0]) != "LATIN" or script_of(languages[1]) != "LATIN":
        return False
    if _is_shouted(source) or _is_shouted(translated):
        return False
    before = _names(source, languages[0])
    after = _names(translated, languages[1])
    lost, added = _missing(before, translated), _missing(after, source)
    return _outnumber(lost, added) or _outnumber(added, lost)


def _loses_verbatim(source: str, translated: str) -> bool:
    for pattern in (VERBATIM, _CODE):
        found = [_bare(one) for one in pattern.findall(source) if _is_firm(one)]
        there = _bare(translated)
        if any(one not in there for one in found):
            return True
    there = _bare(source)
    return any(_bare(one) not in there for one in VERBATIM.findall(translated))


def _is_firm(found: str) -> bool:
    """Whether this is an address, or a code with letters enough to be no measure."""
    if not _CODE.fullmatch(found):
        return True
    letters = sum(sign.isalpha() for sign in found)
    return letters >= _LETTERS_OF_CODE and len(found) >= _SHORTEST_CODE


def _bare(text: str) -> str:
    """Without what is put in or left out freely: spaces, strokes, a last full stop."""
    return re.sub(r"[\s\-–]", "", text.rstrip(".,;:!?)")).casefold()


def _is_shouted(text: str) -> bool:
    letters = [sign for sign in text if sign.isalpha()]
    return sum(sign.isupper() for sign in letters) > 0.5 * len(letters)


def _names(text: str, language: str) -> list[list[str]]:
    """Runs of words with a capital inside a sentence, without the general ones."""
    if language in _NO_CAPITALS:
        return []
    runs: list[list[str]] = []
    end = 0
    text = VERBATIM.sub(" . ", text)
    for start, word in _capitals(text, word_list(f"articles-{language}")):
        if runs and _PARTICLE.fullmatch(text, end, start):
            runs[-1].append(word)
        else:
            runs.append([word])
        end = start + len(word)
    known = _general(language)
    return [
        run
        for run in runs
        if not any(_is_general(one, known) for one in map(plain, run))
    ]


def _capitals(text: str, articles: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Words such as Maria; not after a mark that may begin a sentence."""
    last = ""
    for found in re.finditer(r"[^\W\d_]+", text):
        word = found[0]
        of_a_thing, last = last in articles, word.lower()
        if of_a_thing:
            continue
        before = text[: found.start()].rstrip(" \xa0\u202f")[-1:]
        starts = not before or before in _SENTENCE_STARTS
        named = word[0].isupper() and word[1:].islower() and _LATIN.match(word)
        if not starts and named and len(word) >= _SHORTEST:
            yield found.start(), word


def _is_general(word: str, known: frozenset[str]) -> bool:
    if word in word_list("polite") or word in word_list("places"):
        return True
    if word.startswith(tuple(word_list("offices"))):
        return True
    return word[:_STEM] in known


def _missing(names: list[list[str]], text: str) -> list[list[str]]:
    """Those of these names that have no like in the text that should have it."""
    there = [plain(word) for word in words(text)]
    return [run for run in names if not any(_has(plain(w), there) for w in run)]


def _outnumber(names: list[list[str]], others: list[list[str]]) -> bool:
    """Whether more single names are without a like than offices can account for.

    An institution of several words is translated, and may then have one capital only;
    one name alone that turned into another is no translation.
    """
    single = sum(len(run) == 1 for run in names)
    return single > sum(len(run) > 1 for run in others)


def _has(name: str, there: list[str]) -> bool:
    return any(_alike(name, word) for word in there)


def _alike(one: str, other: str) -> bool:
    if one[:_SHORTEST] == other[:_SHORTEST] or one in other:
        return True
    if abs(len(one) - len(other)) > len(one) // 2:
        return False
    return SequenceMatcher(None, one, other).ratio() >= _ALIKE


@lru_cache(maxsize=64)
def _general(language: str) -> frozenset[str]:
    """How the names of countries, peoples, languages, months and days begin."""
    locale = Locale.parse(language, sep="-")
    tables = (
        locale.territories,
        locale.languages,
        locale.months["format"]["wide"],
        locale.days["format"]["wide"],
    )
    names = (str(name) for table in tables for name in table.values())
    return frozenset(plain(word)[:_STEM] for name in names for word in words(name))
