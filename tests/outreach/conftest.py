"""Cards to print, said by the project's own catalogs."""

from collections.abc import Callable

import pytest

from bot.commands.card import make_card
from bot.outreach.cards import DESIGNS, Card
from bot.settings import read_settings
from bot.wiring import load_words

ADDRESS = "https://notes.example.org/bcdf2345"
MakeCard = Callable[..., Card]


@pytest.fixture(scope="session")
def card_of() -> MakeCard:
    """A card of the house, as the command makes it."""
    words = load_words(read_settings({}))

    def make(
        language: str, design: str, *, is_discreet: bool = False, address: str = ADDRESS
    ) -> Card:
        return make_card(
            words,
            words.languages[language],
            DESIGNS[design],
            address=address,
            is_discreet=is_discreet,
        )

    return make
