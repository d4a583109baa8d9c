"""The examples of every language: complete, clean, and apart from the tests."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.intake.control import words_of
from bot.language.languages import Languages

ROOT = Path(__file__).resolve().parent.parent.parent
NLU_DATA, TESTS = ROOT / "nlu_data", ROOT / "tests" / "nlu_data"
LANGUAGES = [one.tag for one in Languages(NLU_DATA / "languages.yml").enabled]
NOT_INTENTS = {"control", "known_failures"}
INTENTS = {path.stem for path in (NLU_DATA / "en").glob("*.yml")} - NOT_INTENTS
FEWEST_EXAMPLES, FEWEST_TESTS = 30, 6
# Rasa would read these as an intent or as an entity.
MEANT_FOR_RASA = re.compile(r"^/|[\[\](){}]")


def _examples(tag: str) -> Iterator[tuple[str, str]]:
    for path in _files(NLU_DATA / tag):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            assert block["intent"] == path.stem
            for line in block["examples"].splitlines():
                yield path.stem, line.removeprefix("-").strip()


def _tests(tag: str) -> Iterator[tuple[str, str]]:
    for path in _files(TESTS / tag):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert (data["language"], data["intent"]) == (tag, path.stem)
        for text in data["utterances"]:
            assert isinstance(text, str), f"{path}: {text} needs quotes"
            yield path.stem, text


def _files(folder: Path) -> list[Path]:
    return [p for p in sorted(folder.glob("*.yml")) if p.stem not in NOT_INTENTS]


def _same(text: str) -> str:
    return " ".join(words_of(text)) or text


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_intent_has_enough_of_both(tag: str) -> None:
    examples = Counter(intent for intent, _ in _examples(tag))
    tests = Counter(intent for intent, _ in _tests(tag))
    assert examples.keys() == tests.keys() == INTENTS
    assert min(examples.values()) >= FEWEST_EXAMPLES
    assert min(tests.values()) >= FEWEST_TESTS


@pytest.mark.parametrize("tag", LANGUAGES)
def test_nothing_is_meant_for_rasa(tag: str) -> None:
    texts = [text for _, text in (*_examples(tag), *_tests(tag))]
    assert not [text for text in texts if not text or MEANT_FOR_RASA.search(text)]


@pytest.mark.parametrize("tag", LANGUAGES)
def test_no_example_stands_for_two_intents(tag: str) -> None:
    found: dict[str, set[str]] = {}
    for intent, text in _examples(tag):
        found.setdefault(_same(text), set()).add(intent)
    assert not {text: names for text, names in found.items() if len(names) > 1}


@pytest.mark.parametrize("tag", LANGUAGES)
def test_no_test_was_learned_by_heart(tag: str) -> None:
    learned = {text.casefold() for _, text in _examples(tag)}
    assert not [text for _, text in _tests(tag) if text.casefold() in learned]
