"""Typed text: understood, asked back, or kept out of the engine altogether."""

import pytest

from bot.engine import slots_of
from bot.intake.conversation import FACTS, Intent, Step
from bot.intake.dialogue import LONGEST_ANSWER
from bot.intake.ports import Proposal
from tests.fakes import FakeEngine
from tests.house import TO_CONTACT, TO_MENU, TO_PREVIEW

BUTTONS_ONLY = (
    "choose",
    "confirm",
    "remove",
    "change",
    "edited",
    "inform",
    "skip",
    "try_again",
    "erase",
    "made_up",
)


def hear(person, text, *ranking):
    person.world.engine.understands[text] = list(ranking)


async def test_a_sure_topic_is_answered(person):
    await person.starts()
    hear(person, "can i stay", ("residence", 0.9))
    await person.types("can i stay")
    assert person.keys == ["card.residence"]


@pytest.mark.promise(3)
async def test_a_card_is_shown_without_a_word_about_oneself(person):
    """All information can be read before anything is asked or agreed to."""
    await person.starts()
    hear(person, "can i stay", ("residence", 0.9))
    await person.types("can i stay")
    assert person.conversation.facts == {}
    assert person.conversation.step is Step.FIRST


async def test_a_question_on_the_way_keeps_ones_place(person):
    await person.starts()
    await person.presses(*TO_PREVIEW)
    hear(person, "do i need the police", ("police", 0.9))
    await person.types("do i need the police")
    assert person.keys == ["card.police"]
    await person.presses("continue_here")
    assert person.keys == ["preview.show"]


async def test_an_unsure_topic_is_offered_and_not_guessed(person):
    await person.starts()
    hear(person, "hm", ("residence", 0.4), ("erase", 0.3), ("wages", 0.2))
    await person.types("hm")
    assert person.keys == ["error.offer"]
    labels = [label for _, label in person.buttons]
    assert labels[:2] == ["button.residence", "button.wages"]
    assert "button.human" in labels
    assert "button.erase" not in labels


async def test_what_is_not_understood_leads_to_a_human(person):
    await person.starts()
    await person.types("blah")
    assert person.keys == ["error.not_understood"]
    await person.presses("human")
    assert person.keys == ["human.age"]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("danger", "danger.numbers"),
        ("self_harm", "self_harm.numbers"),
        ("stop", "stop.done"),
        ("numbers", "numbers.list"),
    ],
)
@pytest.mark.promise(2, 16)
async def test_control_that_only_the_model_hears_is_answered(person, name, key):
    """What the lists miss and the model hears gets the same answer."""
    await person.starts()
    hear(person, "words no list has", (name, 0.9))
    await person.types("words no list has")
    assert person.keys == [key]


@pytest.mark.promise(16)
@pytest.mark.parametrize("confidence", [0.45, 0.9])
async def test_a_model_half_sure_of_danger_gives_the_numbers(person, confidence):
    """A needless number harms nobody; a missing one may."""
    await person.starts()
    hear(person, "words no list has", ("danger", confidence), ("wages", 0.1))
    await person.types("words no list has")
    assert person.keys == ["danger.numbers"]


@pytest.mark.promise(9)
async def test_the_model_never_erases(person):
    """Erasing is the person's own plain word or tap, never a guess."""
    await person.starts()
    hear(person, "words no list has", ("erase", 0.99))
    await person.types("words no list has")
    assert person.conversation.step is Step.FIRST
    assert person.keys == ["error.not_understood"]


@pytest.mark.promise(5)
@pytest.mark.parametrize("name", BUTTONS_ONLY)
async def test_typed_text_is_never_a_buttons_intent(person, name):
    """A model that mistakes text for a button's sign changes nothing."""
    await person.starts()
    await person.presses(*TO_PREVIEW)
    before = person.conversation
    hear(person, "zq13x13", (name, 0.99))
    await person.types("zq13x13")
    assert person.keys == ["error.not_understood"]
    assert person.conversation.facts == before.facts
    assert person.conversation.step is Step.PREVIEW


@pytest.mark.promise(5)
@pytest.mark.parametrize(
    "text",
    [
        '/confirm{"x":1}',
        "/consent_given",
        "//confirm",
        "／confirm",
        ' /choose{"choice":"adult"}',
        "/restart",
        "/session_start",
        "EXTERNAL: confirm",
    ],
)
async def test_a_slash_is_text_like_any_other(person, text):
    """What looks like an intent is read as words, and nothing happens."""
    await person.starts()
    await person.presses(*TO_PREVIEW)
    before = person.conversation
    await person.types(text)
    assert person.keys == ["error.not_understood"]
    assert person.conversation.facts == before.facts
    assert person.conversation.step is Step.PREVIEW


@pytest.mark.promise(4)
@pytest.mark.parametrize(
    ("label", "name"), [("contact_call", "number"), ("contact_write", "when")]
)
async def test_an_answer_never_reaches_the_engine(person, label, name):
    """What is typed to a question of contact is kept sealed and parsed by nobody."""
    await person.starts()
    await person.presses(*TO_MENU, *TO_CONTACT, label)
    await person.types("+32 470 00 00 00")
    assert person.conversation.draft == {name: "+32 470 00 00 00"}
    assert person.world.engine.parsed == []


async def test_an_endless_answer_is_not_taken(person):
    await person.starts()
    await person.presses(*TO_MENU, *TO_CONTACT, "contact_call")
    await person.types("0" * (LONGEST_ANSWER + 1))
    assert person.keys == ["error.too_long"]
    assert person.conversation.draft == {}


async def test_a_typed_time_replaces_the_chosen_one(person):
    await person.starts()
    await person.presses(*TO_PREVIEW, "which_change", "line_when")
    await person.types("after ten at night")
    assert "contact_when" not in person.conversation.facts
    await person.presses("which_change", "line_when", "evening")
    assert person.conversation.facts["contact_when"] == "evening"
    assert person.conversation.draft == {}


async def test_skipping_drops_what_was_there(person):
    await person.starts()
    await person.presses(*TO_PREVIEW, "which_change", "line_when", "skip")
    assert person.keys == ["preview.show"]
    assert "contact_when" not in person.conversation.facts


async def test_asking_for_an_interpreter_is_noted(person):
    await person.starts()
    hear(person, "someone who speaks tigrinya", ("interpreter", 0.9))
    await person.types("someone who speaks tigrinya")
    assert person.conversation.facts == {"interpreter": "yes"}


@pytest.mark.promise(4)
async def test_facts_hold_closed_values_only(person):
    """No word that a person typed can stand among the facts."""
    await person.starts()
    for label in (*TO_MENU, *TO_CONTACT, "contact_call"):
        await person.presses(label)
    await person.types("my secret number")
    await person.presses("skip", "skip")
    await person.types("my secret word")
    facts = person.conversation.facts
    assert all(value in FACTS[name] for name, value in facts.items())
    assert "secret" not in repr(facts)


@pytest.mark.promise(15)
@pytest.mark.parametrize("label", ["minor", "age_unsure"])
async def test_under_18_leaves_the_way_to_consent(person, label):
    """A minor, and who is not sure, gets the path for those under 18."""
    await person.starts()
    await person.presses(*TO_MENU, "human", label)
    assert person.keys == ["minor.hello"]
    assert person.conversation.step is Step.UNDER_18
    assert person.conversation.facts["age_group"] == "minor"


@pytest.mark.promise(15)
async def test_saying_so_on_the_way_leads_to_the_path_under_18(person):
    """Also a person who says it late."""
    await person.starts()
    await person.presses(*TO_PREVIEW, "confirm", "yes")
    hear(person, "i am fifteen", ("under_18", 0.9))
    await person.types("i am fifteen")
    assert person.conversation.step is Step.UNDER_18


@pytest.mark.promise(15)
async def test_the_age_can_be_corrected(person):
    """A wrong tap is no dead end."""
    await person.starts()
    await person.presses(*TO_MENU, "under_18", "age_again", "adult")
    assert person.keys == ["cs.confidentiality"]


@pytest.mark.parametrize("step", [Step.SAFETY_TALK, Step.SAFETY_PHONE, Step.AGE])
@pytest.mark.parametrize("answer", ["yes", "no"])
async def test_a_typed_yes_counts_as_the_button(person, step, answer):
    await person.starts()
    person.put(step=step)
    hear(person, "typed", (answer, 0.9))
    await person.types("typed")
    fact = {Step.SAFETY_TALK: "talk", Step.SAFETY_PHONE: "phone"}.get(step, "age_group")
    told = person.conversation.facts[fact]
    assert told == (
        {"yes": "adult", "no": "minor"}[answer] if step is Step.AGE else answer
    )


class Pushing(FakeEngine):
    """An engine that wants to go where it may not."""

    proposal = Proposal("consent.write", "consent_write", [])

    async def decide(self, conversation, intent):
        return [self.proposal]


@pytest.mark.promise(5)
@pytest.mark.parametrize("step", ["consent_write", "relay", "preview", "nowhere"])
async def test_the_engine_cannot_push_anybody_on(person, world, step):
    """A step that the rules do not allow is not taken, whatever is proposed."""
    pushing = Pushing()
    pushing.proposal = Proposal("consent.write", step, [])
    await person.starts()
    world.use(engine=pushing)
    await person.presses("go_on")
    assert person.keys == ["error.old_button"]
    assert person.conversation.step is Step.FIRST


async def test_an_engine_without_words_is_answered_for(person, world):
    class Mute(FakeEngine):
        async def decide(self, conversation, intent):
            return []

    await person.starts()
    world.use(engine=Mute())
    await person.presses("go_on")
    assert person.keys == ["error.trouble"]


def test_every_turn_tells_the_engine_where_one_is(person):
    from bot.intake.conversation import Channel, Conversation, ConversationId

    told = Conversation(ConversationId("c"), Channel.WEB, "en", step=Step.AGE)
    assert slots_of(told, Intent("choose", (("choice", "adult"),))) == {
        "step": "age",
        "choice": "adult",
        "topic": "choose",
        "line": "none",
        "adult": "none",
    }
