"""Sees numbers, dates and telephone numbers that changed on the way."""

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml
from babel import Locale

from bot.language.machine.guards_words import UNSPACED, VERBATIM, fold, plain, tokens

_FILE = Path(__file__).with_name("number_words.yml")
_VALUES = (*(str(value) for value in range(1, 13)), "20", "100", "1000")
_MONTHS = frozenset(str(value) for value in range(1, 13))
_GROUPED = re.compile(r"(?<=\d)[  \u202f'’.,٬،٫](?=\d{3}(?!\d))")
_NUMBER = re.compile(r"\d+")
_NOON = re.compile(r"(?<![^\W\d_])[ap]\.?\s?m\b", re.IGNORECASE)
_HALF_A_DAY = 12


def changes_numbers(source: str, translated: str, languages: tuple[str, str]) -> bool:
    """Whether a number of one is not in the other, in digits or in words.

    All decimal digits of Unicode count as what they stand for. Order is free, and so is
    how digits are grouped; "3" may become "three", and "11" a name of the month.
    """
    # The digits of an address are looked at with the address.
    before, after = (_digits(VERBATIM.sub(" ", one)) for one in (source, translated))
    one, other = _numbers(before), _numbers(after)
    if one == other or _joined(before) == _joined(after):
        return False
    lost, added = one - other, other - one
    if not lost and not added:
        return False
    if _same_hour(lost, added, source + translated):
        return False
    return not (
        _all_written(lost, translated, languages[1])
        and _all_written(added, source, languages[0])
    )


def _digits(text: str) -> str:
    """The text with the digits of every script as the ten of ASCII."""
    return "".join(str(int(sign)) if sign.isdecimal() else sign for sign in text)


def _numbers(text: str) -> Counter[str]:
    """The numbers, thousands joined; leading zeros tell nothing in "08.05"."""
    found = _NUMBER.findall(_GROUPED.sub("", text))
    return Counter(number.lstrip("0") or "0" for number in found)


def _joined(text: str) -> str:
    """All digits in their order: a telephone number may be grouped in any way."""
    return "".join(_NUMBER.findall(text))


def _same_hour(lost: Counter[str], added: Counter[str], text: str) -> bool:
    """Whether 3 pm became 15 h, or the other way round."""
    if lost.total() != 1 or added.total() != 1 or not _NOON.search(_digits(text)):
        return False
    return abs(int(next(iter(lost))) - int(next(iter(added)))) == _HALF_A_DAY


def _all_written(numbers: Counter[str], text: str, language: str) -> bool:
    """Whether the text has a word for each of these numbers."""
    return all(_is_written(number, text, language) for number in numbers)


def _is_written(number: str, text: str, language: str) -> bool:
    if number not in _VALUES:
        return False
    folded = fold(text)
    found = (folded,) if language in UNSPACED else tuple(tokens(text, language))
    forms = _words_of(language)[_VALUES.index(number)]
    if any(_fits(form, found, folded) for form in forms):
        return True
    return number in _MONTHS and any(
        _fits(name, found, folded) for name in _months(language)[int(number) - 1]
    )


def _fits(form: str, found: tuple[str, ...], folded: str) -> bool:
    if len(found) == 1 or " " in form:
        return form in folded
    if form.startswith("*"):
        return any(word.endswith(form[1:]) for word in found)
    if form.endswith("*"):
        return any(word.startswith(form[:-1]) for word in found)
    return form in found or plain(form) in found


@lru_cache(maxsize=64)
def _words_of(language: str) -> tuple[tuple[str, ...], ...]:
    written = _read().get(language, "")
    lists = [tuple(fold(one).strip().split("/")) for one in written.split(",")]
    return tuple(lists[at] if at < len(lists) else () for at in range(len(_VALUES)))


@lru_cache(maxsize=64)
def _months(language: str) -> tuple[tuple[str, ...], ...]:
    """The names of the months, in the two forms that some languages have."""
    months = Locale.parse(language, sep="-").months
    wide = [months[kind]["wide"] for kind in ("format", "stand-alone")]
    return tuple(
        tuple(fold(str(names[at])) for names in wide if at in names)
        for at in range(1, len(_MONTHS) + 1)
    )


@lru_cache(maxsize=1)
def _read() -> Mapping[str, str]:
    """How all languages write numbers out; read once."""
    text = _FILE.read_text(encoding="utf-8")
    found: Mapping[str, str] = yaml.load(text, Loader=yaml.CSafeLoader)
    return found
