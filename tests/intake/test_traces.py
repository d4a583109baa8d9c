"""What a person writes leaves no trace in logs, errors or the engine's calls."""

import logging

import pytest

from bot.errors import PasserelleError
from bot.intake.conversation import Owner
from bot.intake.ports import Kind
from tests.house import TO_CONTACT, TO_MENU, TO_RELAY

CANARIES = ("canaryword", "+32 499 11 22 33", "canarycode", "canaryaddress")


def assert_no_trace(caplog):
    traces = [
        f"{record.getMessage()} {record.args} {record.exc_info} {record.exc_text}"
        for record in caplog.records
    ]
    found = [t for t in traces for canary in CANARIES if canary in t]
    assert found == []


async def _talk(person):
    await person.starts()
    await person.types("canaryword in a question")
    await person.presses("menu" if "menu" in person.keys else "human")
    await person.taps("menu")
    await person.presses("human", "adult", *["understood"] * 4, "contact_call")
    await person.types("+32 499 11 22 33")
    await person.types("canaryword at night")
    await person.presses("only_me")
    await person.types("canarycode")
    await person.presses("brussels", "this_centre", "confirm", "yes", "yes", "yes")
    await person.types("canaryword to the case")


@pytest.mark.promise(13)
async def test_a_whole_conversation_leaves_no_word_in_the_logs(world, caplog):
    """Everything is logged at DEBUG, and no word, number or address is in it."""
    caplog.set_level(logging.DEBUG)
    person = world.person("canaryaddress")
    await _talk(person)
    person.put(owner=Owner.HUMAN)
    await person.types("canaryword for the caseworker")
    assert_no_trace(caplog)


@pytest.mark.promise(13)
@pytest.mark.parametrize("call", ["load", "commit", "case_of"])
async def test_a_failing_store_leaves_no_word_in_the_logs(world, caplog, call):
    """An error is logged by its type alone, even if its text quotes the person."""
    caplog.set_level(logging.DEBUG)
    person = world.person("canaryaddress")
    await person.starts()
    await person.presses(*TO_RELAY)

    def fail(*_args, **_options):
        raise PasserelleError("canaryword and canaryaddress")

    setattr(world.store, call, fail)
    await person.types("canaryword in a message")
    assert person.keys == ["error.trouble"]
    assert [r.getMessage() for r in caplog.records if "failed" in r.getMessage()]
    assert_no_trace(caplog)


@pytest.mark.promise(4)
async def test_before_a_handover_no_message_is_kept(world):
    """Text that was parsed is in no fact, button or line; answers wait sealed."""
    person = world.person("canaryaddress")
    await person.starts()
    await person.types("canaryword one")
    await person.taps("menu")
    await person.types("canaryword two")
    kept = [(change.after, change.lines) for change in world.store.changes]
    assert "canaryword" not in repr(kept)


@pytest.mark.promise(4)
async def test_the_engine_is_told_no_address_and_no_answer(world):
    """The engine reads free text alone, under a random id that changes."""
    person = world.person("canaryaddress")
    told = []
    decide = world.engine.decide

    async def listen(conversation, intent):
        told.append((conversation.engine_id, intent))
        return await decide(conversation, intent)

    world.engine.decide = listen
    await person.starts()
    await person.presses(*TO_MENU, *TO_CONTACT, "contact_call")
    await person.types("+32 499 11 22 33")
    assert "499" not in repr(told)
    assert "canaryaddress" not in repr(told)
    assert len({engine_id for engine_id, _ in told}) > 1
    assert str(person.conversation.id) not in repr(told)


@pytest.mark.promise(13)
async def test_trouble_is_logged_by_its_type(world, caplog):
    """An operator sees that a turn failed, and why in one word."""
    world.store.away = frozenset({"load"})
    await world.person().sends(Kind.TEXT, "hello")
    assert [record.getMessage() for record in caplog.records] == [
        "turn failed: PasserelleError"
    ]
