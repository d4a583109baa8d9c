"""Which language is written: a guess that only ever asks."""

import pytest

from bot.language.identify import LanguageIdentifier

SPOKEN = ("en", "fr", "nl", "ar", "ro", "pl", "th", "ur")


@pytest.fixture(scope="module")
def identifier() -> LanguageIdentifier:
    return LanguageIdentifier(SPOKEN)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("je voudrais parler avec quelqu'un", "fr"),
        ("ik wil met iemand praten alstublieft", "nl"),
        ("أريد أن أتكلم مع شخص من المركز", "ar"),
        ("chcę porozmawiać z kimś o pracy", "pl"),
        ("ฉันต้องการความช่วยเหลือ", "th"),
        ("مجھے مدد چاہیے میں ڈر گئی ہوں", "ur"),
    ],
)
def test_a_sentence_is_known(
    identifier: LanguageIdentifier, text: str, tag: str
) -> None:
    assert identifier.guess(text) == tag


@pytest.mark.parametrize("text", ["", "ok", "stop", "123 456", "😀 😀 😀", "pag-asa"])
def test_too_little_says_nothing(identifier: LanguageIdentifier, text: str) -> None:
    assert identifier.guess(text) is None


def test_a_language_that_is_not_spoken_here_is_not_offered() -> None:
    assert LanguageIdentifier(("en", "fr")).guess("ฉันต้องการความช่วยเหลือ") is None
