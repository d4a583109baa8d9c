"""The texts for those who help others: whole, careful, and in every one of the four."""

import re
import string
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
import yaml
from babel.messages.pofile import read_po

from bot.channels.info import LANGUAGES
from bot.directory.load import load_directory
from tests.test_catalog_words import NEVER

ROOT = Path(__file__).parent.parent
WORDS = ROOT / "tests" / "catalog_words"
ARGUMENTS = load_directory(ROOT / "bot" / "directory" / "be.yml").arguments()
FIGURES = {"18"}  # all other figures come from the directory
QUOTES = re.compile(r"«[^»]*»|\"[^\"]*\"|„[^“”]*[“”]")


@cache
def texts(language: str) -> dict[str, str]:
    path = ROOT / "translations" / language / "LC_MESSAGES" / "outreach.po"
    with path.open("rb") as file:
        return {str(m.context): str(m.string) for m in read_po(file) if m.context}


def fields(text: str) -> Counter[str]:
    return Counter(name for _, name, _, _ in string.Formatter().parse(text) if name)


def shape(text: str) -> list[int]:
    return [len(re.findall(r"(?m)^- ", part)) for part in text.split("\n\n")]


def test_these_are_all_the_languages() -> None:
    written = {path.parts[-3] for path in ROOT.glob("translations/*/*/outreach.po")}
    assert written == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_says_every_key_in_the_same_shape(language: str) -> None:
    source, own = texts("en"), texts(language)
    assert own.keys() == source.keys()
    for of in (fields, shape):
        assert not [key for key in own if of(own[key]) != of(source[key])]
    assert not [key for key, text in own.items() if not text.strip()]


@pytest.mark.promise(11)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_comes_from_the_directory(language: str) -> None:
    for key, text in texts(language).items():
        assert set(re.findall(r"\d+", text)) <= FIGURES, key
        assert set(fields(text)) <= {*ARGUMENTS, "hours"}, key


@pytest.mark.promise(10)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_promise_and_no_verdict(language: str) -> None:
    """P10: not to those who help, either: they would pass it on."""
    never = NEVER
    if language != "en":
        words = yaml.safe_load((WORDS / f"{language}.yml").read_text(encoding="utf-8"))
        never = re.compile("|".join(words["never"]), re.IGNORECASE)
    for key, text in texts(language).items():
        assert not never.search(" ".join(text.split())), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_short(language: str) -> None:
    """For volunteers as well, and for those who read a language that is not theirs."""
    for key, text in texts(language).items():
        for sentence in re.split(r"[.!?:;]\s|\n", QUOTES.sub("x", text)):
            assert len(sentence.split()) <= 32, key
