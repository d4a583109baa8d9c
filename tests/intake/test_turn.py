"""One turn: handled once, in order, and answered whatever happens."""

import asyncio
import time

import pytest

from bot.intake.conversation import Channel, Owner, Step
from bot.intake.ports import Kind
from bot.intake.turn import ATTEMPTS, LONGEST_TEXT
from tests.house import TO_MENU, TO_PREVIEW, TO_RELAY

ALL_CALLS = frozenset(["load", "commit", "case_of", "centre_recipient", "who_has_seen"])
STOP, DANGER, SELF_HARM, NUMBERS, ERASE = (
    "stop",
    "he is going to kill me",
    "i want to kill myself",
    "which number can i call",
    "delete my messages",
)
COMMANDS = ("stop", "numbers", "language", "receipt", "seen", "resume", "menu", "start")


@pytest.mark.promise(1)
async def test_the_first_words_come_before_any_question(person):
    """Who opens the chat first reads what it is, with a way to stop."""
    await person.starts()
    assert person.keys == ["first.hello"]
    assert "stop" in dict(person.buttons)


@pytest.mark.promise(1)
async def test_who_writes_first_on_telegram_reads_the_first_words(world):
    """Also a person whose first message is no /start."""
    person = world.person(channel=Channel.TELEGRAM)
    await person.types("hello there")
    assert person.keys[0] == "first.hello"


@pytest.mark.promise(12)
async def test_a_draft_language_says_so(person, world):
    """Text that no native speaker has signed off is marked as such."""
    world.catalogs.statuses = {"en": "draft"}
    await person.starts()
    assert person.keys == ["draft.notice", "first.hello"]


@pytest.mark.promise(17)
async def test_fifty_messages_at_once_keep_their_order(person, world):
    """All that is written at once to one case arrives, in the order written."""
    await person.starts()
    await person.presses(*TO_RELAY)
    person.put(owner=Owner.HUMAN)
    texts = [f"line {number}" for number in range(50)]
    await asyncio.gather(*(person.types(text) for text in texts))
    sealed = [c.sealed_words for c in world.store.changes if c.sealed_words]
    assert [words.decode().split("|")[1] for words in sealed] == texts


@pytest.mark.promise(17)
async def test_many_people_at_once_each_get_their_own_answer(world):
    """Fifty conversations at the same time do not mix."""
    people = [world.person(f"address {number}") for number in range(50)]
    await asyncio.gather(*(one.starts() for one in people))
    assert all(one.keys == ["first.hello"] for one in people)
    assert len({one.conversation.id for one in people}) == 50


@pytest.mark.promise(17)
async def test_a_repeated_update_has_no_second_effect(person, world):
    """The platform may send an update twice: the second changes and says nothing."""
    await person.starts()
    await person.sends(Kind.COMMAND, "stop", "same")
    stored = len(world.store.changes)
    await person.sends(Kind.COMMAND, "stop", "same")
    assert person.keys == []
    assert len(world.store.changes) == stored


@pytest.mark.promise(17)
async def test_two_copies_at_the_same_moment_have_one_effect(person, world):
    """Copies that arrive together are one as well."""
    await person.starts()
    copies = (person.incoming(Kind.TEXT, "stop", "same") for _ in range(10))
    screens = await asyncio.gather(*(world.turns.handle(copy) for copy in copies))
    assert sum(len(screen.lines) for screen in screens) == 1


@pytest.mark.promise(17)
async def test_a_conflict_with_another_process_is_decided_again(person, world):
    """Another process may be first: the turn looks again and is not lost."""
    await person.starts()
    world.store.conflicts = ATTEMPTS - 1
    await person.types("stop")
    assert person.keys == ["stop.done"]
    assert person.conversation.stopped


@pytest.mark.promise(20)
async def test_endless_conflicts_end_in_a_true_sentence(person, world):
    await person.starts()
    world.store.conflicts = 100
    await person.presses("go_on")
    assert person.keys == ["error.trouble"]


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    ("text", "key"),
    [
        (STOP, "stop.done"),
        (DANGER, "danger.numbers"),
        (SELF_HARM, "self_harm.numbers"),
        (NUMBERS, "numbers.list"),
        ("hello", "error.trouble"),
        ("", "error.trouble"),
    ],
)
async def test_with_the_store_away_control_still_answers(person, world, text, key):
    """Every call of the store fails: stop, numbers and danger are answered."""
    world.store.away = ALL_CALLS
    await person.types(text)
    assert person.keys == [key]
    assert person.screen.stored is False


@pytest.mark.promise(20)
@pytest.mark.parametrize("kind", [Kind.BUTTON, Kind.COMMAND])
@pytest.mark.parametrize("token", ["stop", "numbers"])
async def test_with_the_store_away_buttons_still_answer(person, world, token, kind):
    """The fixed buttons of stop and numbers need no store."""
    world.store.away = ALL_CALLS
    await person.sends(kind, token)
    assert person.keys == [{"stop": "stop.done", "numbers": "numbers.list"}[token]]


@pytest.mark.promise(9, 20)
@pytest.mark.parametrize("away", [ALL_CALLS, frozenset({"commit"})])
@pytest.mark.parametrize(("kind", "text"), [(Kind.TEXT, ERASE), (Kind.BUTTON, "erase")])
async def test_nothing_is_said_to_be_erased_that_is_not(
    person, world, away, kind, text
):
    """With the store away nothing can be erased, and nothing else is claimed."""
    await person.starts()
    world.store.away = away
    await person.sends(kind, text)
    assert person.keys == ["error.trouble"]


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    "token", ["withdraw", "receipt", "seen", "menu", "language:nl"]
)
async def test_with_the_store_away_every_button_gets_an_answer(person, world, token):
    """Nothing is claimed to be done, and the numbers are there."""
    await person.starts()
    world.store.away = ALL_CALLS
    await person.taps(token)
    assert person.keys == ["error.trouble"]


@pytest.mark.promise(20)
@pytest.mark.parametrize("text", ["hello", "do i have rights", "/menu"])
async def test_with_the_engine_away_text_gets_a_true_sentence(person, world, text):
    """Free text cannot be understood without the engine; that is said."""
    await person.starts()
    world.engine.is_up = False
    await person.types(text)
    assert person.keys == ["error.engine_away"]
    assert {"numbers", "stop", "menu"} <= set(dict(person.buttons))


@pytest.mark.promise(2, 20)
@pytest.mark.parametrize(
    ("text", "key"),
    [
        (STOP, "stop.done"),
        (ERASE, "erase.done"),
        (DANGER, "danger.numbers"),
        (SELF_HARM, "self_harm.numbers"),
        (NUMBERS, "numbers.list"),
    ],
)
async def test_with_the_engine_away_control_answers(person, world, text, key):
    """Control needs no engine."""
    await person.starts()
    world.engine.is_up = False
    await person.types(text)
    assert person.keys == [key]


@pytest.mark.promise(20)
async def test_with_the_engine_away_a_button_gets_a_true_sentence(person, world):
    """A screen that cannot be made is not invented."""
    await person.starts()
    await person.presses(*TO_PREVIEW)
    world.engine.is_up = False
    await person.presses("confirm")
    assert person.keys == ["error.engine_away"]
    assert person.conversation.step is Step.PREVIEW


async def test_a_button_still_works_when_the_engine_is_back(person, world):
    await person.starts()
    go_on = person.token("go_on")
    world.engine.is_up = False
    await person.taps(go_on)
    world.engine.is_up = True
    await person.taps(go_on)
    assert person.keys == ["safety.talk"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "error.empty"),
        (" \n\t", "error.empty"),
        ("x" * (LONGEST_TEXT + 1), "error.too_long"),
        ("word " * 1_000_000, "error.too_long"),
    ],
    ids=["nothing", "spaces", "long", "huge"],
)
async def test_empty_and_huge_messages_are_answered_at_once(person, text, key):
    await person.starts()
    began = time.perf_counter()
    await person.types(text)
    assert person.keys == [key]
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    "text",
    [
        "\x00\x01\x1b[31m",
        "\ud800",
        "abc \u202e mixed قطة \u2066 direction",
        "🧑🏽‍🤝‍🧑🏿" * 50,
        "'; DROP TABLE conversation; --",
        "{number_central} %s ${HOME}",
        "e\u0301" * 500,
    ],
)
async def test_strange_signs_are_text_like_any_other(person, text):
    await person.starts()
    await person.types(text)
    assert person.keys in (["error.not_understood"], ["error.offer"])


@pytest.mark.parametrize("length", [LONGEST_TEXT, 1])
async def test_a_message_of_allowed_length_is_read(person, length):
    await person.starts()
    await person.types("x" * length)
    assert person.keys == ["error.not_understood"]


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [
        ("nl", "nl"),
        ("nl-BE", "nl"),
        ("fr_BE", "fr"),
        ("xx", "en"),
        (None, "en"),
        ("", "en"),
        ("ti,fr", "fr"),
        ("x" * 10_000, "en"),
    ],
)
async def test_an_unknown_language_falls_back(person, wanted, spoken):
    person.language = wanted
    await person.starts()
    assert person.conversation.language == spoken


async def test_an_attachment_is_never_taken(person):
    await person.starts()
    await person.sends(Kind.ATTACHMENT, "")
    assert person.keys == ["error.attachment"]


@pytest.mark.parametrize("token", COMMANDS)
async def test_every_command_is_answered_to_somebody_unknown(person, token):
    await person.sends(Kind.COMMAND, token)
    assert person.keys


async def test_a_button_of_the_screen_before_is_old(person):
    await person.starts()
    old = person.token("go_on")
    await person.presses(*TO_MENU)
    await person.taps(old)
    assert person.keys == ["error.old_button", "menu"]


async def test_a_button_of_somebody_else_does_nothing(world):
    one, other = world.person("one"), world.person("other")
    await one.starts()
    await other.starts()
    await one.presses(*TO_MENU)
    before = other.conversation
    await other.taps(one.token("human"))
    assert other.keys[0] == "error.old_button"
    assert other.conversation.step is before.step
    assert other.conversation.facts == before.facts


@pytest.mark.parametrize("token", ["confirm", "yes", "choose", "remove", "go_on", ""])
async def test_the_name_of_an_intent_is_no_button(person, token):
    await person.starts()
    await person.presses(*TO_PREVIEW)
    await person.taps(token)
    assert person.keys == ["error.old_button", "preview.show"]
    assert person.conversation.step is Step.PREVIEW
