"""The lookup tables: found in what people type, and whole in every language."""

from pathlib import Path

import pytest
import yaml

from nlu_data.lexicon import Lexicon, fold

TABLES = sorted(Path(__file__).parent.parent.glob("nlu_data/lookup/*.yml"))
FEWEST_WORDS = 3
SMALL = Lexicon(
    [
        ("fr.money", "thune*"),
        ("fr.not", "ne peux pas"),
        ("fr.pay", "paye*"),
        ("nl.pay", "betaal*"),
        ("ar.money", "فلوس*"),
        ("th.sleep", "นอน"),
        ("en.pay", "pay"),
    ]
)


def concepts(text: str) -> list[str]:
    return [concept for _, concept in SMALL.find(fold(text))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("il garde mes THUNES", ["money"]),
        ("je ne peux pas payer", ["not", "pay"]),
        ("je ne peux plus", []),
        ("والفلوس", ["money"]),  # with "and" and the article
        ("ฉันนอนที่ไหน", ["sleep"]),  # no spaces
        ("betaaaald", ["pay"]),
        ("payment", []),  # no star, no ending
        ("", []),
    ],
)
def test_words_lead_to_what_they_are_about(text: str, found: list[str]) -> None:
    assert concepts(text) == found


def test_the_language_that_knows_most_words_has_the_word() -> None:
    both = Lexicon([("fr.salary", "paye"), ("fr.my", "ma"), ("en.name", "ma*")])
    assert both.find(fold("ma paye")) == [(0, "my"), (1, "salary")]


def read(path: Path) -> dict[str, list[str]]:
    blocks = yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
    return {
        block["lookup"]: [line[2:] for line in block["examples"].splitlines()]
        for block in blocks
    }


@pytest.mark.parametrize("path", TABLES, ids=[path.stem for path in TABLES])
def test_every_language_has_the_same_concepts(path: Path) -> None:
    tables = read(path)
    assert {name.rpartition(".")[0] for name in tables} == {path.stem}
    other = read(TABLES[0])
    assert {name.rpartition(".")[2] for name in tables} == {
        name.rpartition(".")[2] for name in other
    }
    assert not [name for name, words in tables.items() if len(words) < FEWEST_WORDS]
    assert not [name for name, words in tables.items() if len(set(words)) < len(words)]
