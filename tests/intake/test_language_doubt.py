"""A person writes in another language: asked once, never guessed silently."""

from dataclasses import replace

import pytest

from bot.intake.turn import Turns
from tests.house import TO_MENU, World

pytestmark = pytest.mark.anyio


def hears_french(world: World) -> None:
    world.rules = replace(world.rules, guess_language=lambda _text: "fr")
    world.turns = Turns(world.rules)
    world.engine.dialogue = world.turns.dialogue


async def test_the_person_is_asked_once_with_both_names(world: World) -> None:
    hears_french(world)
    person = world.person()
    await person.starts()
    await person.presses(*TO_MENU)
    await person.types("je voudrais des papiers")
    assert person.keys[0] == "language.doubt"
    names = [label for _, label in person.screen.lines[0].tokens]
    assert names == ["language.name.fr", "language.name.en"]
    assert person.conversation.language == "en"
    await person.types("encore une question")
    assert "language.doubt" not in person.keys


async def test_who_chose_a_language_is_not_asked_again(world: World) -> None:
    hears_french(world)
    person = world.person()
    await person.starts()
    await person.taps("language:nl")
    await person.types("je voudrais des papiers")
    assert "language.doubt" not in person.keys
    assert person.conversation.language == "nl"
