"""Plain text as HTML: what a catalog can hold, and what somebody may type."""

import re
from html import unescape

import pytest

from bot.channels.prose import EXACT, Prose
from bot.settings import read_settings
from bot.wiring import load_words

WORDS = load_words(read_settings({}))
PROSE = Prose(WORDS.directory)
TAG = re.compile(r"<[^>]*>")
NAMES = (
    *("alias", "case_number", "centre", "centre_hours", "centre_phone", "code"),
    *("count", "language_name", "text", "topics", "when", "words"),
)
ARGUMENTS = dict.fromkeys(NAMES, "x")
LANGUAGES = ("en", "fr", "nl", "ar")


def link(number: str) -> str:
    digits = number.replace(" ", "")
    return f'<a href="tel:{digits}"><bdi>{number}</bdi></a>'


def test_a_sentence_before_rows_stays_a_sentence() -> None:
    assert PROSE.write("Please call:\n- one\n- two\nThen wait.") == (
        "<p>Please call:</p><ul><li>one</li><li>two</li></ul><p>Then wait.</p>"
    )


def test_a_number_keeps_to_its_punctuation() -> None:
    assert PROSE.write("Call 112, or 101.") == (
        f"<p>Call {link('112')}, or {link('101')}.</p>"
    )


@pytest.mark.parametrize("number", ["101", "\u2068101\u2069", "101."])
def test_a_row_that_ends_with_a_number_gets_a_large_button(number: str) -> None:
    assert PROSE.write(f"- Police: {number}") == (
        f'<ul><li class="call"><span>Police:</span> {link("101")}</li></ul>'
    )


def test_a_row_with_two_numbers_keeps_its_words() -> None:
    written = PROSE.write("- Danger: 112 or 101")
    assert written == (
        f'<ul><li class="dial">Danger: {link("112")} or {link("101")}</li></ul>'
    )


@pytest.mark.parametrize("text", ["1121", "4101", "+32101", "0112"])
def test_a_part_of_a_longer_number_is_no_link(text: str) -> None:
    assert PROSE.write(text) == f"<p>{text}</p>"


@pytest.mark.parametrize("name", ["PAG-ASA", "2345-6789-ABCD-EFGH"])
def test_names_and_codes_are_never_torn(name: str) -> None:
    assert PROSE.write(f"to {name}.") == f'<p>to <span class="whole">{name}</span>.</p>'


def test_a_centre_can_be_called() -> None:
    phone = WORDS.directory.centre("pag-asa").phone
    assert f"<bdi>{phone}</bdi></a>." in PROSE.write(f"Call {phone}.")
    assert 'href="tel:+32' in PROSE.write(phone)


def test_the_exact_text_is_set_apart_and_complete() -> None:
    text = "Langue : English\nMot : <b>112</b>\n\nسلام"
    written = PROSE.write(f"This is sent:\n\n\u2068{EXACT}\u2069\n\nRight?", text)
    inside = written.partition('<div class="exact">')[2].partition("</div>")[0]
    assert "&lt;b&gt;" in inside
    assert inside.count('<p class="typed">') == 2
    assert written.endswith("<p>Right?</p>")


def test_typed_rows_are_no_list_and_no_markup() -> None:
    written = PROSE.write_typed("- <img src=x>\n- two")
    assert written == '<p class="typed">- &lt;img src=x&gt;<br>- two</p>'


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_any_text_is_lost(language: str) -> None:
    for key in WORDS.catalogs.keys(language):
        text = WORDS.catalogs.text(language, key, **ARGUMENTS)
        shown = unescape(TAG.sub("", PROSE.write(text)))
        assert _letters(shown) == _letters(text), key


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())
