"""The translations: whole, and as careful as the source (their own word lists)."""

import re
import string
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
WORDS = ROOT / "tests" / "catalog_words"
LANGUAGES = sorted(path.stem for path in WORDS.glob("*.yml"))
LONGEST_LABEL, LONGEST_COMMAND = 24, 60
# Questions that a person may put to others; they are not put to the person.
QUOTED = ("printed.", "card.", "minor.", "helper.", "button.", "relay.", "web.")
TO_MINORS = ("minor.", "numbers.minor")
IN_QUOTES = re.compile(r"«[^»]*»|\"[^\"]*\"|„[^“”]*[“”]|“[^”]*”")

pytestmark = pytest.mark.parametrize("language", LANGUAGES)


@cache
def _texts(language: str) -> dict[str, str]:
    path = ROOT / "translations" / language / "LC_MESSAGES" / "passerelle.po"
    with path.open("rb") as file:
        return {
            str(m.context): str(m.string)
            for m in read_po(file)
            if m.context and not m.fuzzy
        }


@cache
def _words(language: str) -> dict[str, Any]:
    text = (WORDS / f"{language}.yml").read_text(encoding="utf-8")
    words: dict[str, Any] = yaml.safe_load(text)
    return words


def _finds(language: str, kind: str, text: str) -> bool:
    plain = " ".join(re.split(r"\s+", text))
    return bool(re.search("|".join(_words(language)[kind]), plain, re.IGNORECASE))


def _fields(text: str) -> Counter[str]:
    return Counter(name for _, name, _, _ in string.Formatter().parse(text) if name)


def _shape(text: str) -> list[int]:
    """How many list items stand in each paragraph."""
    return [len(re.findall(r"(?m)^- ", part)) for part in text.split("\n\n")]


def _digits(text: str) -> list[str]:
    return sorted(re.findall(r"\d+", text))


def test_a_translation_says_every_key_in_the_same_shape(language: str) -> None:
    source, texts = _texts("en"), _texts(language)
    assert texts.keys() == source.keys()
    for of in (_fields, _shape, _digits):
        assert not [k for k in texts if of(texts[k]) != of(source[k])]


def test_translated_labels_fit(language: str) -> None:
    texts = _texts(language)
    for family, longest in (
        ("button.", LONGEST_LABEL),
        ("telegram.command.", LONGEST_COMMAND),
    ):
        own = {k: v for k, v in texts.items() if k.startswith(family)}
        assert own
        assert not [k for k, v in own.items() if len(v) > longest]


def test_no_promise_and_no_verdict_in_translation(language: str) -> None:
    texts = _texts(language)
    assert not [k for k in texts if _finds(language, "never", texts[k])]


def test_no_question_about_the_story_in_translation(language: str) -> None:
    asked = {
        key: re.findall(r"[^.?!؟？።。\n]*[?؟？፧]", text)
        for key, text in _texts(language).items()
        if not key.startswith(QUOTED)
    }
    if not any(asked.values()):  # a script without question marks: read it all
        texts = _texts(language).items()
        asked = {key: [text] for key, text in texts if not key.startswith(QUOTED)}
    assert any(asked.values())
    for key, questions in asked.items():
        assert not [q for q in questions if _finds(language, "asks_too_much", q)], key


def test_word_lists_of_a_translation_catch_what_they_should(language: str) -> None:
    for kind, sentences in _words(language)["caught"].items():
        assert sentences
        assert not [one for one in sentences if not _finds(language, kind, one)]


@pytest.mark.parametrize("topic", ["conditions", "time_to_think", "residence"])
def test_a_translation_tells_the_law_as_usual(language: str, topic: str) -> None:
    card = _texts(language)[f"card.{topic}"]
    more = _texts(language)[f"card.{topic}.more"]
    assert _finds(language, "usually", card)
    assert _finds(language, "explains", f"{card}\n{more}")


def test_translated_consent_says_that_a_no_is_fine(language: str) -> None:
    asked = [v for k, v in _texts(language).items() if k.startswith("consent.")]
    assert len(asked) == 3
    assert all(_finds(language, "both_fine", text) for text in asked)


def test_translated_first_words_say_what_this_is(language: str) -> None:
    first = _texts(language)["first.hello"]
    assert all(words in first for words in _words(language)["first_words"])
    assert "?" not in first


def test_what_others_may_see_is_neutral_in_translation(language: str) -> None:
    seen = {
        k: v
        for k, v in _texts(language).items()
        if k.startswith(("web.title", "telegram."))
    }
    assert not [k for k, v in seen.items() if _finds(language, "telling", v)]


def test_adults_and_minors_are_spoken_to_in_their_own_form(language: str) -> None:
    for key, text in _texts(language).items():
        form = "not_to_minors" if key.startswith(TO_MINORS) else "not_to_adults"
        if _words(language).get(form):
            assert not _finds(language, form, IN_QUOTES.sub("", text)), key
