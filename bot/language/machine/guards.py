"""Sees the visible faults of a machine translation, before anybody relies on it."""

from collections.abc import Callable
from enum import StrEnum

from bot.language.machine.guards_loops import is_loop, is_out_of_length
from bot.language.machine.guards_names import changes_names
from bot.language.machine.guards_negation import changes_negation
from bot.language.machine.guards_numbers import changes_numbers
from bot.language.machine.guards_script import (
    is_echo,
    is_in_wrong_language,
    is_in_wrong_script,
)


class Fault(StrEnum):
    """Why a translation is not shown."""

    LOOP = "loop"
    LENGTH = "length"
    SCRIPT = "script"
    LANGUAGE = "language"
    DIGITS = "digits"
    NAMES = "names"
    NEGATION = "negation"
    ECHO = "echo"
    EMPTY = "empty"


def find_fault(
    source: str, translated: str, source_language: str, target_language: str
) -> Fault | None:
    """The first fault that can be seen without understanding, or None.

    None is no promise that the translation is right. The languages are our own tags.
    """
    if source_language == target_language or not _has_words(source):
        return None
    languages = (source_language, target_language)
    return next(
        (fault for fault, sees in _GUARDS if sees(source, translated, languages)), None
    )


def _has_words(text: str) -> bool:
    return any(sign.isalpha() for sign in text)


def _is_empty(_source: str, translated: str, _languages: tuple[str, str]) -> bool:
    """Whether nothing was said: no letter and no digit."""
    return not any(sign.isalnum() for sign in translated)


# The plain faults first: what is not in the language need not be read for a "not".
_GUARDS: tuple[tuple[Fault, Callable[[str, str, tuple[str, str]], bool]], ...] = (
    (Fault.EMPTY, _is_empty),
    (Fault.ECHO, is_echo),
    (Fault.SCRIPT, is_in_wrong_script),
    (Fault.LOOP, is_loop),
    (Fault.LENGTH, is_out_of_length),
    (Fault.LANGUAGE, is_in_wrong_language),
    (Fault.DIGITS, changes_numbers),
    (Fault.NAMES, changes_names),
    (Fault.NEGATION, changes_negation),
)
