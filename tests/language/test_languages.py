"""The list of languages, and what phones call them."""

import pytest

from bot.language.languages import Languages
from bot.wiring import NLU_DATA

LANGUAGES = Languages(NLU_DATA / "languages.yml")


def test_twenty_eight_are_offered_and_english_is_the_last_resort() -> None:
    assert len(LANGUAGES.enabled) == 28
    assert LANGUAGES.enabled[0].tag == "en"


@pytest.mark.parametrize(
    ("phone", "tag"),
    [("zh", "zh-Hans"), ("sr", "sr-Latn"), ("hr", "sr-Latn"), ("prs", "fa")],
)
def test_a_phones_own_name_for_a_language_is_known(phone: str, tag: str) -> None:
    assert LANGUAGES.of_phones()[phone] == tag


def test_no_tag_of_a_phone_stands_for_two_languages() -> None:
    named = [tag for row in LANGUAGES.all for tag in (row.tag, *row.also)]
    assert len(named) == len(set(named))
