"""Every step that can be reached, and what can never be reached."""

import asyncio
import itertools
from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.errors import ForbiddenStepError
from bot.intake.consent import has_noted
from bot.intake.conversation import (
    FACTS,
    Channel,
    Conversation,
    ConversationId,
    Step,
)
from bot.intake.steps import CONSENT_STEPS, CROSSING, LEGAL, check_step
from bot.language.control_lists import load_control
from tests.fakes import NLU_DATA
from tests.house import LANGUAGES, TO_MENU, TO_PREVIEW, TO_RELAY, World

CONTROL = load_control(NLU_DATA, LANGUAGES)
TYPED = {
    "typed yes": [("yes", 0.99)],
    "typed no": [("no", 0.99)],
    "a human please": [("human", 0.99)],
    "i am fifteen": [("under_18", 0.99)],
    "speak my language": [("interpreter", 0.99)],
    "papers": [("residence", 0.99)],
    "back": [("menu", 0.99)],
    "gibberish": [("out_of_scope", 0.01)],
    "zq13x13": [("confirm", 0.99)],
    "he is going to kill me": [],
    "stop": [],
}
TOKENS = ("menu", "stop", "resume", "language:fr", "numbers", "withdraw", "receipt")


def told(step, **facts):
    return Conversation(ConversationId("c"), Channel.WEB, "en", step=step, facts=facts)


@pytest.mark.promise(15)
@pytest.mark.parametrize("here", list(Step))
@pytest.mark.parametrize(
    "facts", [{}, {"age_group": "minor"}], ids=["unknown", "minor"]
)
def test_only_an_adult_walks_the_crossing(here, facts):
    """From no step does anybody else come to one of its steps."""
    for step in CROSSING:
        with pytest.raises(ForbiddenStepError):
            check_step(told(here, **facts), step)


@pytest.mark.promise(5)
@pytest.mark.parametrize("here", list(Step))
@pytest.mark.parametrize("step", sorted(CONSENT_STEPS))
def test_nobody_is_asked_about_a_text_not_shown(here, step):
    """Consent is asked only after the exact text was on the screen."""
    with pytest.raises(ForbiddenStepError):
        check_step(told(here, age_group="adult"), step)


@pytest.mark.promise(5)
@pytest.mark.parametrize("here", list(Step))
def test_the_relay_needs_a_case(here):
    """Nobody is led to a human who knows nothing of them."""
    with pytest.raises(ForbiddenStepError):
        check_step(told(here, age_group="adult", previewed="yes"), Step.RELAY)


@pytest.mark.promise(5)
def test_every_way_to_the_relay_passes_preview_and_consent():
    """Take these steps away, and no way leads across."""
    gates = (Step.PREVIEW, Step.CONSENT_HANDOVER, Step.CONSENT_WRITE)
    assert Step.RELAY in _reach(without=None)
    for gate in gates:
        assert Step.RELAY not in _reach(without=gate)


@pytest.mark.promise(2)
@pytest.mark.parametrize("here", list(Step))
def test_the_menu_can_be_reached_from_everywhere(here):
    """No step is a trap."""
    check_step(told(here), Step.MENU)


def test_every_step_is_in_the_table():
    assert LEGAL.keys() == set(Step)


async def test_every_step_is_reached_by_somebody(person):
    await person.starts()
    walked = {person.conversation.step}
    calls = (*TO_MENU, "human", "adult", *["understood"] * 4, "contact_call", "skip")
    for label in (*calls, "any_time", "others", "skip", "wallonia", "this_centre"):
        await person.presses(label)
        walked.add(person.conversation.step)
    for label in ("confirm", "yes", "yes", "yes"):
        await person.presses(label)
        walked.add(person.conversation.step)
    assert set(Step) - walked == {Step.UNDER_18, Step.CLOSED}


async def _walk_all(world, limit):
    """Press every button of every screen once, from every place it leads to."""
    person = world.person()
    await person.starts()
    todo, seen, faults = [(person.conversation, person.screen)], set(), []
    while todo and len(seen) < limit:
        conversation, screen = todo.pop()
        for token, label in _buttons(screen):
            place = (Channel.WEB, "first")
            world.store.conversations[place] = conversation
            person.screen = screen
            after = await person.taps(token)
            here = conversation.step, label
            faults += [(*here, k) for k in person.keys if k in _FAULTS]
            found = world.store.conversations.get(place)
            mark = found and (found.step, tuple(person.keys), *_situation(found))
            if found is not None and mark not in seen:
                seen.add(mark)
                todo.append((found, after))
    return seen, faults


_FAULTS = {"error.trouble", "error.old_button", "error.engine_away"}


def _situation(conversation):
    """Of all that is remembered, what decides which screen comes next."""
    facts = conversation.facts
    known = ("age_group", "contact_how", "editing", "previewed")
    return (*(facts.get(name) for name in known), has_noted(conversation))


def _buttons(screen):
    return [pair for line in screen.lines for pair in line.tokens]


async def test_no_button_of_any_screen_leads_nowhere(world):
    """Every button that is ever shown works where it is shown."""
    seen, faults = await _walk_all(world, limit=3000)
    assert faults == []
    assert {step for step, *_ in seen} == set(Step) - {Step.CLOSED}


async def test_every_screen_can_be_shown_again(person):
    await person.starts()
    for name in TO_RELAY:
        await person.presses(name)
        shown = person.keys
        await person.taps("language:en")
        again = [key for key in person.keys if key != "language.changed"]
        assert again == shown or "handover.done" in shown


class Walk(RuleBasedStateMachine):
    """Somebody who taps and types whatever comes to mind."""

    def __init__(self):
        super().__init__()
        self.runner = asyncio.Runner()
        self.world = World(CONTROL)
        self.world.engine.understands = TYPED
        self.person = self.world.person()
        self.shown = set()
        self.do(self.person.starts())
        if next(_walks) % 2:
            self.do(self.person.presses(*TO_PREVIEW))

    def do(self, coming):
        self.runner.run(coming)
        lines = self.person.screen.lines
        self.shown |= {line.args["text"] for line in lines if "text" in line.args}

    @rule(number=st.integers(0, 9))
    def press(self, number):
        buttons = self.person.buttons
        if buttons:
            self.do(self.person.taps(buttons[number % len(buttons)][0]))

    @rule(text=st.sampled_from(sorted(TYPED)))
    def type(self, text):
        self.do(self.person.types(text))

    @rule(text=st.text(max_size=20))
    def type_anything(self, text):
        self.do(self.person.types(text))

    @rule(token=st.sampled_from(TOKENS))
    def tap(self, token):
        self.do(self.person.taps(token))

    @invariant()
    def a_case_holds_what_was_shown_and_agreed_to(self):
        for change in self.world.store.changes:
            if change.new_case is not None:
                facts = change.after.facts
                text = change.new_case.sealed_text.decode().split("|", 1)[1]
                assert text in self.shown
                assert facts["consent_handover"] == facts["previewed"] == "yes"
                assert facts["age_group"] == "adult"
                assert "consent_write" in facts

    @invariant()
    def nobody_under_18_is_in_the_crossing(self):
        for told in self.world.store.conversations.values():
            if told.step in CROSSING:
                assert told.facts.get("age_group") == "adult"

    @invariant()
    def at_most_one_case_waits(self):
        assert sum(case.is_live for case in self.world.store.cases.values()) <= 1

    @invariant()
    def facts_are_closed_values(self):
        for told in self.world.store.conversations.values():
            assert all(v in FACTS[n] for n, v in told.facts.items())

    @invariant()
    def the_person_always_gets_an_answer(self):
        relayed = self.world.store.changes and self.world.store.changes[-1].sealed_words
        assert self.person.keys or relayed or self.person.screen.erased

    @invariant()
    def nothing_went_wrong(self):
        assert "error.trouble" not in self.person.keys

    @invariant()
    def stop_numbers_and_erase_are_one_turn_away(self):
        held = dict(self.world.store.conversations)
        changes, cases = list(self.world.store.changes), dict(self.world.store.cases)
        other = replace(self.person)
        for text, key in (("stop", "stop.done"), ("erase all", None)):
            self.runner.run(other.types(text))
            assert key is None or other.keys == [key]
            self.world.store.conversations = dict(held)
            self.world.store.changes = list(changes)
            self.world.store.cases = dict(cases)

    def teardown(self):
        self.runner.close()


_walks = itertools.count()
Walk.TestCase.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None
)
TestWalk = pytest.mark.promise(2, 5, 15)(Walk.TestCase)


def _reach(without):
    reached, todo = {Step.FIRST}, [Step.FIRST]
    while todo:
        for step in LEGAL[todo.pop()] | {Step.MENU, Step.UNDER_18}:
            if step is not without and step not in reached:
                reached.add(step)
                todo.append(step)
    return reached
