"""The source text: what it must say, and what it must never say (P1, P10, P12)."""

import re
import string
from pathlib import Path

import pytest
import yaml
from babel.messages.pofile import read_po

from bot.directory.load import load_directory

ROOT = Path(__file__).parent.parent
CATALOG = ROOT / "translations" / "en" / "LC_MESSAGES" / "passerelle.po"
DIRECTORY = ROOT / "bot" / "directory" / "be.yml"
LONGEST_CARD, LONGEST_MORE, LONGEST_COMMAND = 350, 700, 60

with CATALOG.open("rb") as file:
    MESSAGES = [m for m in read_po(file) if m.context]
TEXTS = {str(m.context): str(m.string) for m in MESSAGES}
ARGUMENTS = load_directory(DIRECTORY).arguments()
OWN_ARGUMENTS = {
    "centre", "centre_phone", "centre_hours", "case_number", "code", "alias", "text",
    "when", "words", "language_name",
}  # fmt: skip
# A promise, a verdict, a threat or advice that only a human may give.
NEVER = re.compile(
    r"promis|guarant|\byou will (get|have|receive|be|stay|win)\b|\bwe will\b"
    r"|you are (not )?a victim|you are (now )?safe|you qualify|do not worry|don't worry"
    r"|for sure|certainly|definitely|always get|order to leave|illegal\b(?! adoption)"
    r"|\barticle \d|\bart\. ?\d|€|\beuros?\b|your fault",
    re.IGNORECASE,
)
# Nothing that happened, nobody who did it, nowhere it was, no papers, no origin.
ASKS_TOO_MUCH = re.compile(
    r"happen|who did|which (boss|man|woman|country|place|town|city|street)|boss|where"
    r"|passport|document|national|from which|your name|how did|exploit|why",
    re.IGNORECASE,
)
# Questions that a person may put to others; they are not put to the person.
QUOTED = ("card.", "minor.", "helper.", "button.", "relay.", "web.")


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _filled(text: str) -> str:
    return text.format_map({**dict.fromkeys(OWN_ARGUMENTS, "x"), **ARGUMENTS})


@pytest.mark.promise(10)
@pytest.mark.parametrize("key", sorted(TEXTS))
def test_no_promise_and_no_verdict(key: str) -> None:
    """P10: no verdict, no promise."""
    assert not NEVER.search(TEXTS[key])


@pytest.mark.promise(10)
@pytest.mark.parametrize("key", [k for k in TEXTS if not k.startswith(QUOTED)])
def test_no_question_about_the_story(key: str) -> None:
    """P10: no story asked; nor persons, places, papers or origin."""
    questions = re.findall(r"[^.?!\n]*\?", TEXTS[key])
    assert not [q for q in questions if ASKS_TOO_MUCH.search(q)]


def test_word_lists_catch_what_they_should() -> None:
    for bad in ("You are a victim.", "We guarantee a bed.", "You will get papers."):
        assert NEVER.search(bad)
    for bad in ("What happened to you?", "Where do you work?", "Who is your boss?"):
        assert ASKS_TOO_MUCH.search(bad)


@pytest.mark.parametrize("key", sorted(TEXTS))
def test_only_known_arguments_and_no_typed_number(key: str) -> None:
    """P11: a telephone number only ever comes from the directory."""
    text = TEXTS[key]
    assert _fields(text) <= ARGUMENTS.keys() | OWN_ARGUMENTS
    digits = text.replace("Since 2019", "")
    assert not re.search(r"\d(?:[ /.]?\d){2,}", digits)
    assert "<" not in text
    assert "*" not in text


@pytest.mark.parametrize("key", [k for k in TEXTS if k.startswith("card.")])
def test_cards_are_short(key: str) -> None:
    longest = LONGEST_MORE if key.endswith(".more") else LONGEST_CARD
    assert len(_filled(TEXTS[key])) <= longest


@pytest.mark.promise(1)
def test_first_words_say_what_this_is() -> None:
    """P1: machine and limits said first, with the numbers."""
    first = TEXTS["first.hello"]
    for words in ("a machine", "not a person", "not the police", "stop at any time"):
        assert words in first
    assert _fields(first) == {"number_danger", "number_police", "number_central"}
    assert "?" not in first


@pytest.mark.parametrize(
    ("key", "numbers"),
    [
        ("numbers.list", {"number_danger", "number_police", "number_central"}),
        ("numbers.minor", {"number_danger", "number_child", "number_guardian"}),
        ("danger.numbers", {"number_danger", "number_police"}),
        (
            "self_harm.numbers",
            {"number_suicide_nl", "number_suicide_fr", "number_suicide_en"},
        ),
        ("minor.hello", {"number_child", "number_guardian"}),
        ("error.handover_failed", {"number_central"}),
        ("error.trouble", {"number_central", "number_danger"}),
        ("error.engine_away", {"number_central", "number_danger"}),
    ],
)
def test_numbers_stand_where_they_are_needed(key: str, numbers: set[str]) -> None:
    """P16, P20: numbers at once, whatever else is down."""
    assert numbers <= _fields(TEXTS[key])


@pytest.mark.parametrize("topic", ["conditions", "time_to_think", "residence"])
def test_the_law_is_told_as_usual_not_as_certain(topic: str) -> None:
    card = TEXTS[f"card.{topic}"]
    assert "sually" in card
    assert "explains your case" in card + TEXTS[f"card.{topic}.more"]


@pytest.mark.parametrize(
    "key", [k for k in TEXTS if k.startswith(("web.title", "telegram."))]
)
def test_what_others_may_see_is_neutral(key: str) -> None:
    """P14: no telling title, no telling command."""
    assert not re.search(r"victim|traffick|exploit|police|help line", TEXTS[key], re.I)
    if key.startswith("telegram.command."):
        assert len(TEXTS[key]) <= LONGEST_COMMAND


def test_consent_says_that_a_no_is_fine_and_names_no_police() -> None:
    asked = {k: v for k, v in TEXTS.items() if k.startswith("consent.")}
    assert len(asked) == 3
    assert all("Both are fine." in v and "{centre}" in v for v in asked.values())
    assert not [v for v in asked.values() if "police" in v or "justice" in v]


def test_source_text_is_its_own_translation() -> None:
    assert not [m.context for m in MESSAGES if m.id != m.string or m.fuzzy]
    assert not [m.context for m in MESSAGES if not m.auto_comments]


def test_families_stand_together_and_keys_are_unique() -> None:
    keys = [str(m.context) for m in MESSAGES]
    families = [key.split(".")[0] for key in keys]
    starts = [f for i, f in enumerate(families) if i == 0 or families[i - 1] != f]
    assert len(starts) == len(set(families))
    raw = re.findall(r'^msgctxt "(.+)"$', CATALOG.read_text(encoding="utf-8"), re.M)
    assert len(raw) == len(set(raw)) == len(keys)


def test_languages_are_data() -> None:
    path = ROOT / "nlu_data" / "languages.yml"
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))["languages"]
    assert len({row["tag"] for row in rows}) == len(rows) == 28
    rtl = {row["tag"] for row in rows if row["direction"] == "rtl"}
    assert rtl == {"ar", "ps", "fa", "ur"}
    assert all(row["reviewer"] for row in rows if row["status"] != "draft")
