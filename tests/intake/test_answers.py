"""Stop, erase, numbers and the rest of control's answers, in every state."""

import pytest

from bot.intake.answers import RECEIPT_LETTERS
from bot.intake.conversation import Owner, Step
from bot.intake.ports import Kind
from bot.intake.reply import FIXED_TOKENS, Author
from tests.fakes import NOON
from tests.house import LANGUAGES, TO_MENU, TO_PREVIEW, TO_RELAY

STEPS = tuple(Step)
STOPS = {"en": "i want to stop", "fr": "arrêtez", "nl": "ik wil stoppen", "ar": "توقف"}
OWN_STOP = pytest.mark.parametrize("text", STOPS.values(), ids=STOPS.keys())


async def stand(person, step, **changes):
    await person.starts()
    person.put(step=step, **changes)


@pytest.mark.promise(2)
@pytest.mark.parametrize("language", LANGUAGES)
@OWN_STOP
async def test_stop_works_in_any_language(person, text, language):
    """People stop in their own words, whatever language the screen is in."""
    person.language = language
    await person.starts()
    await person.types(text)
    assert person.keys == ["stop.done"]
    assert person.conversation.stopped


@pytest.mark.promise(2)
@pytest.mark.parametrize("owner", list(Owner))
@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.BUTTON, Kind.COMMAND])
@pytest.mark.parametrize("step", STEPS)
async def test_stop_works_from_every_step(person, world, step, kind, owner):
    """One turn, from every step, typed or tapped, with the engine down."""
    await stand(person, step, owner=owner)
    world.engine.is_up = False
    await person.sends(kind, "stop")
    assert person.keys == ["stop.done"]
    assert person.conversation.stopped
    assert person.screen.lines[0].author is Author.CONTROL


@pytest.mark.promise(9)
@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.BUTTON])
@pytest.mark.parametrize("step", STEPS)
async def test_erase_works_from_every_step(person, world, step, kind):
    """One turn, from every step, and the conversation is gone."""
    await stand(person, step, draft={"word": "cat"})
    world.engine.is_up = False
    await person.sends(kind, "erase" if kind is Kind.BUTTON else "delete my messages")
    assert person.keys == ["erase.done"]
    assert world.store.conversations == {}
    assert person.screen.erased


@pytest.mark.promise(16)
@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.BUTTON])
@pytest.mark.parametrize("step", STEPS)
async def test_numbers_come_from_every_step(person, world, step, kind):
    """One turn, from every step, and the step stays."""
    await stand(person, step)
    world.engine.is_up = False
    await person.sends(kind, "numbers")
    assert person.keys == ["numbers.list"]
    assert person.conversation.step is step


@pytest.mark.promise(16)
@pytest.mark.parametrize("owner", list(Owner))
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("he is going to kill me", "danger.numbers"),
        ("i want to kill myself", "self_harm.numbers"),
    ],
)
async def test_danger_gets_its_numbers_at_once(person, world, step, text, key, owner):
    """Wherever the person is, and whoever speaks, the numbers come in this turn."""
    await stand(person, step, owner=owner)
    world.engine.is_up = False
    await person.types(text)
    assert person.keys == [key]


@pytest.mark.promise(2, 16)
async def test_while_stopped_control_still_answers(person):
    """A pause does not take the numbers away."""
    await stand(person, Step.MENU, stopped=True)
    await person.types("i am in danger")
    assert person.keys == ["danger.numbers"]
    await person.taps("erase")
    assert person.keys == ["erase.done"]


@pytest.mark.promise(15)
async def test_a_child_gets_a_childs_numbers(person):
    """Under 18 has numbers of its own."""
    await stand(person, Step.UNDER_18, facts={"age_group": "minor"})
    await person.taps("numbers")
    assert person.keys == ["numbers.minor"]


@pytest.mark.promise(2)
async def test_stop_deletes_nothing_and_one_tap_undoes_it(person):
    """The answers, the step and the case stay; resume shows where one was."""
    await person.starts()
    await person.presses(*TO_PREVIEW)
    before = person.conversation
    await person.types("stop")
    assert person.conversation.facts == before.facts
    assert "resume" in dict(person.buttons)
    await person.taps("resume")
    assert person.keys == ["stop.resumed", "preview.show"]
    assert not person.conversation.stopped


@pytest.mark.promise(2)
async def test_a_stop_outruns_what_waits_to_be_sent(person):
    """A new epoch: lines of the bot still on their way are dropped."""
    await person.starts()
    epoch = person.conversation.epoch
    await person.types("stop")
    assert person.conversation.epoch == epoch + 1


@pytest.mark.promise(2)
@pytest.mark.parametrize("text", ["hello", "+32 470 00 00 00"])
async def test_after_a_stop_nothing_is_read(person, world, text):
    """Someone else may hold the phone now: only a tap goes on."""
    await stand(person, Step.CONTACT_NUMBER, facts={"age_group": "adult"})
    await person.types("stop")
    await person.types(text)
    assert person.keys == ["relay.paused"]
    assert world.engine.parsed == []
    assert person.conversation.draft == {}


async def test_after_a_stop_an_old_button_does_nothing(person):
    await person.starts()
    go_on = person.token("go_on")
    await person.types("stop")
    await person.taps(go_on)
    assert person.keys == ["relay.paused"]
    assert person.conversation.step is Step.FIRST


@pytest.mark.promise(2, 7)
async def test_after_a_stop_nothing_reaches_the_case(person):
    """A pause holds for the caseworker's side as well."""
    await person.starts()
    await person.presses(*TO_RELAY)
    await person.types("stop")
    await person.types("are you there")
    assert person.last.sealed_words is None


async def test_resume_with_a_caseworker_says_no_word_of_the_bot(person, world):
    await person.starts()
    await person.presses(*TO_RELAY)
    person.put(owner=Owner.HUMAN, stopped=True)
    await person.taps("resume")
    assert person.keys == ["stop.resumed"]
    assert not person.conversation.stopped


@pytest.mark.promise(9)
async def test_erasing_destroys_the_key_of_the_case(person, world):
    """The case can be opened by nobody any more, and that is what is said."""
    await person.starts()
    await person.presses(*TO_RELAY)
    await person.types("delete everything")
    assert person.keys == ["erase.done_case"]
    assert [case.status for case in world.store.cases.values()] == ["erased"]
    assert world.store.conversations == {}


async def test_a_case_erased_before_is_not_said_to_be_erased_now(person):
    await person.starts()
    await person.presses(*TO_RELAY)
    person.set_case("erased")
    await person.taps("erase")
    assert person.keys == ["erase.done"]


async def test_after_erasing_everything_begins_anew(person):
    await person.starts()
    await person.presses(*TO_PREVIEW)
    before = person.conversation.id
    await person.taps("erase")
    await person.starts()
    assert person.conversation.id != before
    assert person.conversation.facts == {}


async def test_leaving_without_a_case_keeps_nothing(person, world):
    await person.starts()
    await person.taps("leave")
    assert person.keys == ["web.left"]
    assert world.store.conversations == {}


async def test_leaving_with_a_case_keeps_the_way_back(person, world):
    await person.starts()
    await person.presses(*TO_RELAY)
    await person.taps("leave")
    assert person.conversation.case_id in world.store.cases
    assert person.last.forget_address  # a page sent again from the history: nothing


@pytest.mark.parametrize("token", ["withdraw", "receipt"])
async def test_without_a_case_there_is_nothing_to_withdraw(person, token):
    await person.starts()
    await person.taps(token)
    assert person.keys == ["withdraw.nothing"]


async def test_a_receipt_is_easy_to_type_and_told_once(person):
    await person.starts()
    await person.presses(*TO_RELAY)
    await person.taps("receipt")
    code = person.screen.lines[0].args["code"]
    assert [len(group) for group in code.split("-")] == [4] * 4
    assert set(code) <= {*RECEIPT_LETTERS, "-"}
    assert person.last.receipt_code == code


@pytest.mark.promise(19)
async def test_a_person_learns_when_the_case_was_opened(person, world):
    """Dates, no names: who has seen it can be asked at any time."""
    await person.starts()
    await person.presses(*TO_RELAY)
    await person.taps("seen")
    assert person.keys == ["relay.seen_nobody"]
    world.store.openings = [(NOON, "caseworker")]
    await person.taps("seen")
    assert person.keys == ["relay.seen_by"]
    assert person.screen.lines[0].args == {
        "when": "- 04.05.2030: [en] relay.role.caseworker"
    }


async def test_a_language_is_changed_where_one_stands(person):
    await person.starts()
    await person.presses(*TO_MENU)
    await person.taps("language:fr")
    assert person.keys == ["language.changed", "menu"]
    assert person.conversation.language == "fr"


async def test_every_language_is_offered_by_its_own_name(person):
    await person.starts()
    await person.taps("language")
    tokens = [token for token, _ in person.buttons]
    assert tokens == [f"language:{tag}" for tag in LANGUAGES]


@pytest.mark.parametrize("tag", ["xx", "", "../../etc/passwd", "en\n"])
async def test_an_unknown_language_is_asked_again(person, tag):
    await person.starts()
    await person.taps(f"language:{tag}")
    assert person.keys == ["language.ask"]
    assert person.conversation.language == "en"


@pytest.mark.promise(2)
@pytest.mark.parametrize("token", sorted(FIXED_TOKENS))
async def test_a_fixed_button_of_an_old_screen_still_works(person, token):
    """A person never presses Stop and reads that the button is old."""
    await person.starts()
    await person.presses(*TO_RELAY)
    await person.taps(token)
    assert "error.old_button" not in person.keys
    assert "error.trouble" not in person.keys


@pytest.mark.promise(2)
@pytest.mark.parametrize("token", ["stop", "numbers", "menu"])
async def test_every_answer_offers_a_way_out(person, token):
    """What control says has buttons that lead on, none of which expires."""
    await person.starts()
    await person.taps(token)
    assert person.buttons
