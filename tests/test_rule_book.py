"""The rule book: the engine's own rules, read without the engine."""

import itertools

import pytest

from bot.errors import EngineAwayError
from bot.intake.conversation import FACT_OF_STEP, FACTS, Intent, Step
from bot.rule_book import RuleBook, read_proposal
from tests.fakes import NLU_DATA

BOOK = RuleBook(NLU_DATA)
SLOTS = {"step": "menu", "choice": "none", "topic": "none", "line": "none"}


def slots(step, **given):
    adult = "yes" if step not in {"first", "menu"} else "none"
    return {**SLOTS, "adult": adult, "step": step, **given}


@pytest.mark.promise(20)
@pytest.mark.parametrize("intent", ["menu", "rights", "continue_here", "not_now"])
@pytest.mark.parametrize(
    "step", [s.value for s in Step if s not in {"centre", "preview"}]
)
def test_plain_rules_go_on_without_the_engine(step, intent):
    """Menu, cards and every plain screen need no engine."""
    said = BOOK.decide(intent, slots(step))
    assert len(said) == 1
    assert said[0].say


@pytest.mark.promise(3, 20)
@pytest.mark.parametrize("topic", ["who", "residence", "police", "lawyer", "under_18"])
def test_cards_are_read_without_the_engine(topic):
    """Each card and its more, with the same buttons as ever."""
    card = BOOK.decide("read", slots("menu", topic=topic))[0]
    more = BOOK.decide("more", slots("menu", topic=topic))[0]
    assert (card.say, more.say) == (f"card.{topic}", f"card.{topic}.more")
    assert card.step is None
    assert ("button.more", Intent("more", (("topic", topic),))) in card.buttons


@pytest.mark.promise(5)
@pytest.mark.parametrize(
    ("intent", "step"),
    [
        ("confirm", "preview"),
        ("yes", "consent_note"),
        ("yes", "consent_handover"),
        ("yes", "consent_write"),
        ("try_again", "consent_write"),
        ("choose", "region"),
        ("confirm", "centre"),
    ],
)
def test_what_asks_an_action_waits_for_the_engine(intent, step):
    """Nothing about consent is decided without the rules being asked."""
    with pytest.raises(EngineAwayError):
        BOOK.decide(intent, slots(step))


def test_an_intent_without_a_rule_waits_for_the_engine():
    with pytest.raises(EngineAwayError):
        BOOK.decide("made_up", slots("menu"))


def test_the_most_specific_rule_counts():
    central = BOOK.find_actions("choose", slots("centre", choice="central"))
    other = BOOK.find_actions("choose", slots("centre", choice="payoke"))
    assert list(central) == ["utter_centre_central"]
    assert list(other) == ["action_preview", "utter_outcome"]


def test_every_choice_of_every_step_has_an_answer():
    for step, fact in FACT_OF_STEP.items():
        for choice in FACTS[fact]:
            names = BOOK.find_actions("choose", slots(step.value, choice=choice))
            plain = [name for name in names if not name.startswith("action_")]
            assert all(BOOK.propose(n, slots(step.value, choice=choice)) for n in plain)


def test_every_step_named_by_a_screen_exists():
    names = itertools.chain.from_iterable(
        BOOK.find_actions(intent, slots(step.value))
        for step in Step
        for intent in ("go_on", "no", "continue_here", "human", "skip", "inform")
    )
    for name, step in itertools.product(set(names), Step):
        if not name.startswith("action_"):
            proposal = BOOK.propose(name, slots(step.value))
            assert proposal.step is None or Step(proposal.step)


def test_a_button_is_a_name_or_a_mapping():
    proposal = read_proposal(
        {
            "say": "menu",
            "buttons": ["human", {"label": "l", "intent": "choose", "choice": "a"}],
        }
    )
    assert proposal.step is None
    assert list(proposal.buttons) == [
        ("button.human", Intent("human")),
        ("l", Intent("choose", (("choice", "a"),))),
    ]


def test_a_rule_may_begin_with_one_of_several_intents():
    for intent in ("go_on", "yes"):
        assert list(BOOK.find_actions(intent, slots("first"))) == ["utter_forward"]


def test_a_slot_in_a_text_is_filled_in():
    assert BOOK.decide("read_minor", slots("under_18", topic="friend"))[0].say == (
        "minor.friend"
    )
