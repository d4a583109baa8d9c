"""Catalogs: the words of a key, complete or not at all."""

import pytest

from bot.language.catalogs import Catalogs
from bot.language.languages import Languages

ARGUMENTS = {"number_central": "078 055 800"}


@pytest.fixture
def catalogs(translations, languages_file):
    return Catalogs(translations, Languages(languages_file), ARGUMENTS)


def test_a_text_comes_with_its_arguments(catalogs):
    assert catalogs.text("en", "numbers.list") == "Call 078 055 800."
    assert catalogs.text("en", "centre.propose", centre="X") == "The centre is X."


def test_an_argument_keeps_its_order_from_right_to_left(catalogs):
    text = catalogs.text("ar", "numbers.list")
    assert text == "اتصل \u2068078 055 800\u2069."


@pytest.mark.parametrize(
    "value", ["{number_central}", "{0.__class__}", "%s", "{", "}", "\u202e"]
)
def test_an_argument_is_put_in_as_it_is(catalogs, value):
    text = catalogs.text("en", "centre.propose", centre=value)
    assert text == f"The centre is {value}."


def test_doubled_braces_are_braces(catalogs):
    assert catalogs.text("en", "braces") == "Not an argument: {x}"


@pytest.mark.parametrize("key", ["unknown", "doubtful", "untranslated", ""])
def test_a_text_that_is_not_there_is_no_text(catalogs, key):
    with pytest.raises(KeyError):
        catalogs.text("en", key)
    assert not catalogs.has("en", key)


def test_a_missing_argument_is_no_half_sentence(catalogs):
    with pytest.raises(KeyError):
        catalogs.text("en", "centre.propose")


def test_a_language_is_called_by_its_own_name(catalogs):
    assert catalogs.text("en", "language.name.ar") == "العربية"
    assert catalogs.has("en", "language.name.ar")


@pytest.mark.promise(5)
def test_a_version_names_the_exact_wording(catalogs):
    """A consent record tells which words were agreed to."""
    first = catalogs.version("en", "numbers.list")
    assert len(first) == 32
    assert first == catalogs.version("en", "numbers.list")
    assert first != catalogs.version("ar", "numbers.list")
    assert first != catalogs.version("en", "centre.propose")


def test_a_language_tells_its_status_and_direction(catalogs):
    assert catalogs.status("ar") == "draft"
    assert catalogs.direction("ar") == "rtl"
    assert "numbers.list" in catalogs.keys("en")


def test_languages_offer_what_is_enabled_english_first(languages_file):
    languages = Languages(languages_file)
    assert [one.tag for one in languages.enabled] == ["en", "nl", "ar"]
    assert "th" in languages
    assert "xx" not in languages
