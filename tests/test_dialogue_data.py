"""Domain, rules and catalog fit one another, and the steps that the rules allow."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel.messages.pofile import read_po

from bot.intake.conversation import FACT_OF_STEP, FACTS, Step
from bot.intake.reply import FIXED_TOKENS
from bot.intake.steps import LEGAL

ROOT = Path(__file__).parent.parent
CATALOG = ROOT / "translations" / "en" / "LC_MESSAGES" / "passerelle.po"
LONGEST_LABEL = 24
MOST_BUTTONS = 6
# Lists of lines: the application leaves out those whose line is not there.
LISTS = {"utter_which_remove"}
OF_ACTIONS = {Step.CENTRE, Step.PREVIEW}


def _read(folder: str, section: str) -> list[Any]:
    files = sorted((ROOT / "nlu_data" / folder).glob("*.yml"))
    data = [yaml.safe_load(f.read_text(encoding="utf-8")) for f in files]
    return [d[section] for d in data if section in d]


def _catalog() -> dict[str, str]:
    with CATALOG.open("rb") as file:
        return {m.context: str(m.string) for m in read_po(file) if m.context}


TEXTS = _catalog()
RESPONSES: dict[str, list[dict[str, Any]]] = {
    name: variations
    for part in _read("domain", "responses")
    for name, variations in part.items()
}
INTENTS = {name for part in _read("domain", "intents") for row in part for name in row}
ACTIONS = {name for part in _read("domain", "actions") for name in part}
RULES: list[dict[str, Any]] = [r for part in _read("rules", "rules") for r in part]
SLOTS = _read("domain", "slots")[0]


def _screens() -> Iterator[tuple[str, Mapping[str, str], dict[str, Any]]]:
    """Every variation: its response, the slots it asks for, what it says."""
    for name, variations in RESPONSES.items():
        for row in variations:
            slots = {c["name"]: c["value"] for c in row.get("condition", ())}
            yield name, slots, row["custom"]


def _button(button: str | dict[str, str]) -> dict[str, str]:
    if isinstance(button, str):
        return {"label": f"button.{button}", "intent": button}
    return button


def _buttons(custom: Mapping[str, Any]) -> list[dict[str, str]]:
    return [_button(b) for b in custom.get("buttons", ())]


def _topics(intent: str) -> set[str]:
    return {
        b["topic"]
        for _, _, custom in _screens()
        for b in _buttons(custom)
        if b["intent"] == intent and "topic" in b and b["topic"] != "{topic}"
    }


def _intents_of(rule: Mapping[str, Any]) -> set[str]:
    steps = [s for row in rule["steps"] for s in row.get("or", [row])]
    return {s["intent"] for s in steps if "intent" in s}


def _slots_of(rule: Mapping[str, Any]) -> dict[str, str]:
    rows = [slot for c in rule.get("condition", ()) for slot in c["slot_was_set"]]
    return {name: value for row in rows for name, value in row.items()}


def test_every_key_said_is_in_the_catalog() -> None:
    said = {custom["say"] for _, _, custom in _screens()}
    minors = {f"minor.{topic}" for topic in _topics("read_minor")}
    missing = {k for k in said if "{" not in k and k not in TEXTS}
    assert not missing | (minors - TEXTS.keys())
    assert {k for k in said if "{" in k} == {"minor.{topic}"}


def test_every_button_has_a_label_and_a_meaning() -> None:
    for name, _, custom in _screens():
        for button in _buttons(custom):
            assert button["label"] in TEXTS, name
            assert button["intent"] in INTENTS | FIXED_TOKENS, name


def test_labels_fit_on_a_small_phone() -> None:
    labels = {k: v for k, v in TEXTS.items() if k.startswith("button.")}
    assert not {k: v for k, v in labels.items() if len(v) > LONGEST_LABEL}


def test_no_screen_has_too_many_choices() -> None:
    for name, _, custom in _screens():
        assert name in LISTS or len(_buttons(custom)) <= MOST_BUTTONS, name


def test_every_action_of_a_rule_exists() -> None:
    used = {s["action"] for r in RULES for s in r["steps"] if "action" in s}
    assert used <= ACTIONS | RESPONSES.keys()
    assert used >= ACTIONS | RESPONSES.keys()


def test_every_intent_is_answered_in_every_state() -> None:
    """No turn may end in silence: each intent has a rule without conditions."""
    general = {i for r in RULES if "condition" not in r for i in _intents_of(r)}
    assert general == INTENTS


def test_every_rule_that_acts_tells_the_outcome() -> None:
    for rule in RULES:
        actions = [s["action"] for s in rule["steps"] if "action" in s]
        if ACTIONS.intersection(actions):
            assert actions[1:] == ["utter_outcome"], rule["rule"]


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_only_one_variation_can_fit(name: str) -> None:
    """Rasa draws lots between variations that fit; nothing here is left to chance."""
    slots = [s for n, s, _ in _screens() if n == name]
    assert sum(not s for s in slots) <= 1
    for one, other in combinations([s for s in slots if s], 2):
        assert any(one[k] != other[k] for k in one.keys() & other.keys()), (one, other)


def test_every_response_has_a_last_resort() -> None:
    assert not [n for n in RESPONSES if all("condition" in v for v in RESPONSES[n])]


def test_every_step_proposed_is_legal() -> None:
    always = {Step.MENU, Step.UNDER_18}
    for name, slots, custom in _screens():
        if "step" not in slots or "step" not in custom:
            continue
        here, there = Step(slots["step"]), Step(custom["step"])
        assert there is here or there in LEGAL[here] | always, (name, here)


def test_every_step_can_be_shown_again() -> None:
    """A change of language, "go back" and an old button all show the step again."""
    rows = [(s, c) for n, s, c in _screens() if n == "utter_continue_here" and s]
    shown = {s["step"] for s, _ in rows}
    assert [c["step"] for _, c in rows] == [s["step"] for s, _ in rows]
    by_rule = {
        _slots_of(r).get("step")
        for r in RULES
        if "continue_here" in _intents_of(r) and "condition" in r
    }
    rest = set(Step) - {Step(s) for s in shown} - {Step.MENU, Step.CLOSED}
    assert rest == OF_ACTIONS == {Step(str(s)) for s in by_rule}


def test_slots_know_every_step_and_fact() -> None:
    values = {v for fact in FACT_OF_STEP.values() for v in FACTS[fact]}
    assert set(SLOTS["step"]["values"]) == {str(step) for step in Step}
    assert set(SLOTS["choice"]["values"]) == values | {"none"}


def test_every_choice_is_an_allowed_fact() -> None:
    for name, _, custom in _screens():
        choices = [b["choice"] for b in _buttons(custom) if b["intent"] == "choose"]
        if choices:
            allowed = FACTS[FACT_OF_STEP[Step(custom["step"])]]
            assert set(choices) <= allowed, name


def test_consent_has_yes_and_no_and_nothing_else() -> None:
    """P5: nothing is chosen beforehand, and a no is as near as a yes."""
    asked = [c for _, _, c in _screens() if str(c.get("step")).startswith("consent_")]
    assert {c["say"] for c in asked} == {
        "consent.note",
        "consent.handover",
        "consent.write",
    }
    assert all(c["buttons"] == ["yes", "no"] for c in asked)


@pytest.mark.promise(15)
def test_a_minor_never_meets_the_crossing() -> None:
    """P15: whoever says "under 18", or is not sure, gets the path of their own."""
    crossing = ("cs.", "contact.", "centre.", "preview.", "consent.")
    minors = [r for r in RULES if _slots_of(r).get("adult") == "no"]
    said = {
        custom["say"]
        for name, _, custom in _screens()
        if name in {s.get("action") for r in minors for s in r["steps"]}
    }
    assert said == {"minor.hello"}
    own = [c for _, _, c in _screens() if c["say"].startswith("minor.")]
    labels = {b["intent"] for c in own for b in _buttons(c)}
    assert "human" not in labels
    assert not [c for c in own if c["say"].startswith(crossing)]


def test_a_human_is_near_on_every_card() -> None:
    """Requirement: a human is reachable from each screen of information."""
    for name, slots, custom in _screens():
        if name in {"utter_card", "utter_more", "utter_rights"}:
            intents = {b["intent"] for b in _buttons(custom)}
            assert intents & {"human", "help_someone_else"}, slots


@pytest.mark.promise(3)
def test_one_walk_passes_every_card() -> None:
    """P3: all information can be read to the end without giving anything."""
    cards = {s["topic"]: c for n, s, c in _screens() if n == "utter_card" and s}
    topic, walk = "who", []
    while topic not in walk:
        walk.append(topic)
        buttons = _buttons(cards[topic])
        topic = next(b["topic"] for b in buttons if b["label"] == "button.next")
    assert set(walk) == cards.keys()
    more = {s["topic"] for n, s, _ in _screens() if n == "utter_more" and s}
    assert more == cards.keys()
    assert _topics("read") == cards.keys()


def test_typed_questions_name_a_card() -> None:
    cards = {s["topic"] for n, s, _ in _screens() if n == "utter_card" and s}
    named = {
        m["intent"]: m["value"] for m in SLOTS["topic"]["mappings"] if "intent" in m
    }
    asked = [r for r in RULES if {"residence", "read"} <= _intents_of(r)]
    assert named.keys() | {"read"} == _intents_of(asked[0])
    assert set(named.values()) <= cards
