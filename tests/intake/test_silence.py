"""Once a human has taken over, the bot is silent and the words go to the case."""

import pytest

from bot.intake.conversation import Owner, Step
from bot.intake.ports import Kind
from bot.intake.reply import Author
from tests.house import TO_RELAY


@pytest.fixture
async def taken(person):
    """A person whose case a caseworker has taken."""
    await person.starts()
    await person.presses(*TO_RELAY)
    person.set_case("claimed")
    person.put(owner=Owner.HUMAN, epoch=1)
    return person


@pytest.mark.promise(6, 7)
async def test_words_go_sealed_to_the_case_and_the_bot_says_nothing(taken):
    """The engine never sees them, and nothing is answered."""
    await taken.types("hello, is this you?")
    assert taken.keys == []
    assert taken.last.sealed_words == b"case-key-1|hello, is this you?"
    assert taken.world.engine.parsed == []


@pytest.mark.promise(7)
@pytest.mark.parametrize("text", ["/start", "/menu", "menu", "do i have rights", "yes"])
async def test_no_word_wakes_the_bot(taken, text):
    """Whatever is typed, only the caseworker answers."""
    await taken.types(text)
    assert taken.keys == []


@pytest.mark.promise(7)
@pytest.mark.parametrize("kind", [Kind.BUTTON, Kind.COMMAND])
@pytest.mark.parametrize("token", ["menu", "start", "go_on", "resume", "language:nl"])
async def test_no_button_wakes_the_bot(taken, token, kind):
    """Old screens stay on the phone; pressing them brings no line of the bot."""
    await taken.sends(kind, token)
    assert [line for line in taken.screen.lines if line.author is Author.BOT] == []


@pytest.mark.promise(2, 7, 16)
@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("stop", "stop.done"),
        ("which number can i call", "numbers.list"),
        ("he is going to kill me", "danger.numbers"),
        ("i want to kill myself", "self_harm.numbers"),
        ("delete my messages", "erase.done_case"),
    ],
)
async def test_control_still_answers(taken, text, key):
    """Stop, erase, numbers and danger work while a human speaks."""
    await taken.types(text)
    assert taken.keys == [key]
    assert taken.screen.lines[0].author is Author.CONTROL


@pytest.mark.promise(16)
async def test_a_caseworker_reads_a_danger_as_well(taken):
    """The numbers come at once, and the words go to the human too."""
    await taken.types("he is going to kill me")
    assert taken.last.sealed_words == b"case-key-1|he is going to kill me"


@pytest.mark.promise(4)
async def test_a_danger_without_a_case_is_kept_nowhere(person):
    """Without a case the words stay with the person."""
    await person.starts()
    await person.types("he is going to kill me")
    assert person.last.sealed_words is None
    assert person.conversation.draft == {}


async def test_while_nobody_has_taken_it_words_are_noted(person):
    await person.starts()
    await person.presses(*TO_RELAY)
    await person.types("i forgot to say something")
    assert person.keys == ["relay.noted"]
    assert person.last.sealed_words.endswith(b"i forgot to say something")


async def test_after_the_case_ended_the_dialogue_answers_again(taken):
    taken.set_case("closed")
    taken.put(owner=Owner.BOT, step=Step.CLOSED, epoch=2)
    await taken.taps("menu")
    assert taken.keys == ["menu"]
    await taken.types("hello again")
    assert taken.last.sealed_words is None
    assert taken.keys == ["error.not_understood"]


@pytest.mark.parametrize("status", ["handed_back", "closed", "erased"])
async def test_words_never_go_to_a_case_that_nobody_reads(taken, status):
    taken.set_case(status)
    taken.put(owner=Owner.BOT, step=Step.CLOSED)
    await taken.types("hello again")
    assert taken.last.sealed_words is None
    assert taken.keys


@pytest.mark.promise(17, 20)
async def test_words_that_could_not_be_stored_are_not_lost_in_silence(taken, world):
    """The store fails: the person is told, and nothing is half stored."""
    stored = len(world.store.changes)
    world.store.away = frozenset({"commit"})
    await taken.types("are you there")
    assert taken.keys == ["error.trouble"]
    assert len(world.store.changes) == stored


@pytest.mark.parametrize(
    ("kind", "text", "key"),
    [
        (Kind.ATTACHMENT, "", "error.attachment"),
        (Kind.TEXT, "x" * 5000, "error.too_long"),
        (Kind.TEXT, "  ", "error.empty"),
    ],
)
async def test_what_cannot_be_passed_on_is_said(taken, kind, text, key):
    await taken.sends(kind, text)
    assert taken.keys == [key]
    assert taken.screen.lines[0].author is Author.CONTROL
