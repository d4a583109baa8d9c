"""Sees a translation that is not in the language that was asked for."""

from collections.abc import Iterator
from functools import lru_cache

from bot.language.identify import LanguageIdentifier
from bot.language.machine.guards_words import (
    UNSPACED,
    VERBATIM,
    fold,
    plain,
    script,
    script_of,
    word_list,
    words,
)

_LEAST_OWN = 0.7
_ENOUGH_WORDS, _ENOUGH_LETTERS = 4, 16
_ENOUGH_AMONG_RIVALS = 28, 40  # in Latin letters they are more alike
_RUN, _KIN_RUN = 4, 7
_IDENTIFIERS = 64
# Their short sentences can be the same, word for word.
_KIN = (
    {"cs", "sk"},
    {"ru", "uk", "bg"},
    {"es", "pt", "it"},
    {"ar", "fa", "ur", "ps"},
    {"nl", "de"},
)
# What a model may have learned to write in the place of the language that was asked.
_RIVALS = {
    "uk": ("ru",),
    "ru": ("uk", "bg"),
    "bg": ("ru",),
    "cs": ("sk",),
    "sk": ("cs",),
    "ar": ("fa", "ur"),
    "fa": ("ar", "ur"),
    "ur": ("ar", "fa"),
    "es": ("pt",),
    "pt": ("es",),
}
# Letters that a language of the Arabic or Cyrillic script does not have at all.
_FOREIGN = {
    "ar": "ټډړږڼېۍٹڈڑںے",
    "fa": "ټډړږڼېۍٹڈڑںےہ",
    "ur": "ټډړږڼېۍ",
    "ps": "ٹڈڑںہ",
    "ru": "іїєґјљњћђџў",
    "uk": "ыэъёјљњћђџў",
    "bg": "ыэіїєґјљњћђџў",
}


def is_echo(source: str, translated: str, languages: tuple[str, str]) -> bool:
    """Whether the source came back, wholly or in a long piece."""
    before, after = _plain_words(source), _plain_words(translated)
    if not before:
        return False
    kin = any({*languages} <= one for one in _KIN)
    if fold(source).split() == fold(translated).split() or before == after:
        if script_of(languages[0]) != script_of(languages[1]):
            return True
        if len(before) >= (_KIN_RUN if kin else 3):
            return True
        return len(before) == 2 and _tell(source, languages) == languages[0]
    return _shares_run(before, after, _KIN_RUN if kin else _RUN)


def is_in_wrong_script(
    source: str, translated: str, languages: tuple[str, str]
) -> bool:
    """Whether much of it is in letters that the target language does not use."""
    wanted = script_of(languages[1])
    given = {plain(one) for one in words(source) if script(one[0]) != wanted}
    own = foreign = 0
    for word in words(VERBATIM.sub(" ", translated)):
        letters = [sign for sign in word if sign.isalpha()]
        fit = sum(script(sign) == wanted for sign in letters)
        own += fit
        if fit < len(letters) and not _is_kept(word, given):
            foreign += len(letters) - fit
    return foreign > 1 and own < _LEAST_OWN * (own + foreign)


def is_in_wrong_language(
    source: str, translated: str, languages: tuple[str, str]
) -> bool:
    """Whether it surely is in the source language, or in that of a pivot."""
    target = languages[1]
    text = _without_names(translated)
    letters = sum(sign.isalpha() for sign in text)
    if letters < _ENOUGH_LETTERS or target in UNSPACED:
        return False
    strange = _FOREIGN.get(target, "")
    given = fold(source)
    if sum(sign in strange and sign not in given for sign in fold(text)) > 1:
        return True
    if len(text.split()) < _ENOUGH_WORDS:
        return False
    return _tell(text, languages) not in {None, target}


def _is_kept(word: str, given: set[str]) -> bool:
    """Whether it is a name, a short form or the like that stays as it was written."""
    named = word[:1].isupper() or any(sign.isdigit() for sign in word)
    return (named and plain(word) in given) or plain(word) in word_list("worldwide")


def _plain_words(text: str) -> list[str]:
    """Folded words that should differ from language to language: no names."""
    text = VERBATIM.sub(" ", text)
    found = [word for word in words(text) if not any(map(str.isdigit, word))]
    if len(text.split()) > 1 and text.isupper():
        found = [word.lower() for word in found]
    if found and any(word.islower() for word in found[1:]):
        found[0] = found[0].lower()
    return [
        fold(word)
        for word in found
        if not word[:1].isupper()
        and len(word) > 1
        and fold(word) not in word_list("worldwide")
    ]


def _shares_run(before: list[str], after: list[str], size: int) -> bool:
    return not {*_runs(before, size)}.isdisjoint(_runs(after, size))


def _runs(items: list[str], size: int) -> Iterator[tuple[str, ...]]:
    for at in range(len(items) - size + 1):
        yield tuple(items[at : at + size])


def _without_names(text: str) -> str:
    """The text without words in capitals, in digits or in other letters' company."""
    return " ".join(
        word
        for at, word in enumerate(text.split())
        if not (at and word[:1].isupper())
        and not any(sign.isdigit() or sign in "@/_" for sign in word)
    )


def _tell(text: str, languages: tuple[str, str]) -> str | None:
    enough = _ENOUGH_AMONG_RIVALS[script_of(languages[1]) == "LATIN"]
    long = sum(map(str.isalpha, text)) >= enough
    rivals = _RIVALS.get(languages[1], ()) if long else ()
    return _identifier(frozenset({*languages, "en", *rivals})).guess(text)


@lru_cache(maxsize=_IDENTIFIERS)
def _identifier(tags: frozenset[str]) -> LanguageIdentifier:
    """Knows the pair and the pivot only: of few, a small model tells them surely."""
    return LanguageIdentifier(sorted(tags))
