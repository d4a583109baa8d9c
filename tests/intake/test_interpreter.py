"""The wish for an interpreter: one tap, before the handover and after it."""

import pytest

from bot.intake.conversation import Owner, Step
from bot.intake.ports import Kind
from bot.intake.reply import Author
from tests.house import TO_MENU, TO_PREVIEW, TO_RELAY


async def cross(person, *steps):
    await person.starts()
    await person.presses(*steps)


@pytest.mark.parametrize("owner", list(Owner))
@pytest.mark.parametrize("kind", [Kind.BUTTON, Kind.COMMAND])
async def test_one_tap_is_on_the_case_at_once(person, world, owner, kind):
    await cross(person, *TO_RELAY)
    person.put(owner=owner)
    world.engine.is_up = False
    await person.sends(kind, "interpreter")
    assert person.keys == ["relay.interpreter"]
    assert person.screen.lines[0].author is Author.CONTROL
    assert person.last.wants_interpreter
    assert person.last.touches_case
    assert person.last.sealed_words is None


async def test_before_the_handover_it_is_kept_for_it(person):
    await cross(person, *TO_MENU)
    await person.taps("interpreter")
    assert person.conversation.facts["interpreter"] == "yes"
    assert not person.last.wants_interpreter
    assert person.keys


async def test_a_text_that_was_shown_is_shown_again_with_it(person):
    await cross(person, *TO_PREVIEW)
    assert person.conversation.facts.get("previewed")
    await person.taps("interpreter")
    assert not person.conversation.facts.get("previewed")


async def test_after_a_stop_one_tap_goes_on_and_not_this_one(person):
    """Somebody else may hold the phone now."""
    await cross(person, *TO_RELAY)
    await person.taps("stop")
    await person.taps("interpreter")
    assert person.keys == ["relay.paused"]
    assert not person.last.wants_interpreter


@pytest.mark.parametrize("status", ["handed_back", "closed", "erased"])
async def test_nobody_is_told_that_a_case_nobody_reads_says_so(person, status):
    await cross(person, *TO_RELAY)
    person.put(owner=Owner.BOT, step=Step.MENU)
    person.set_case(status)
    await person.taps("interpreter")
    assert "relay.interpreter" not in person.keys
    assert not person.last.wants_interpreter
