"""Printed cards: scanned from their pixels, read in their letters."""

import dataclasses
import re
from pathlib import Path

import pytest
import yaml

from bot.language.languages import Languages
from bot.outreach.cards import DESIGNS, script_of, words_needed
from bot.outreach.printing import CannotPrintError, missing_for, print_card
from bot.wiring import NLU_DATA
from tests.outreach.conftest import ADDRESS, MakeCard
from tests.outreach.printed import A4_MM, Box, Sheet

WORDS = Path(__file__).parent.parent / "catalog_words"
LANGUAGES = [one.tag for one in Languages(NLU_DATA / "languages.yml").enabled]
SCRIPTS = ("fr", "ur", "zh-Hans")  # from the left, from the right, without spaces
KINDS = [
    pytest.param(tag, design, False, id=f"{tag}-{design}-open")
    for tag in SCRIPTS
    for design in DESIGNS
] + [pytest.param("ur", design, True, id=f"ur-{design}-discreet") for design in DESIGNS]
# What is left when the sheet is cut: the notes must lie outside of it.
CUT_OUT = {
    "pocket": Box(20, 34, 190, 254),
    "strip": Box(0, 17, 210, 297),
    "poster": Box(0, 0, 210, 281),
    "label": Box(24, 30, 186, 270),
}
# Read at arm's length they are no smaller than this; a label is held near.
SMALLEST_CODE_MM = {"pocket": 20, "strip": 20, "poster": 60, "label": 14.5}
QUIET = 3.5  # four modules, but for the rounding of pixels
TELLING = r"victim|traffick|exploit|police|help|danger|papers|free|work|prison|slave"
SPELT_WITH_SPACES = [
    tag for tag in LANGUAGES if script_of(tag).font == "Noto Sans" and tag not in {"vi"}
]


def _is_inside(inner: Box, outer: Box) -> bool:
    return (
        outer.left <= inner.left
        and outer.top <= inner.top
        and inner.right <= outer.right
        and inner.bottom <= outer.bottom
    )


class Sheets(dict[tuple[str, str, bool], Sheet]):
    """Sheets by language, design and whether discreet, each made when asked for."""

    def __init__(self, card_of: MakeCard) -> None:
        super().__init__()
        self.card_of = card_of

    def __missing__(self, wish: tuple[str, str, bool]) -> Sheet:
        language, design, is_discreet = wish
        card = self.card_of(language, design, is_discreet=is_discreet)
        self[wish] = Sheet(print_card(card))
        return self[wish]

    def pocket(self, language: str) -> Sheet:
        return self[language, "pocket", False]


@pytest.fixture(scope="session")
def sheets(card_of: MakeCard) -> Sheets:
    return Sheets(card_of)


@pytest.mark.parametrize(("language", "design", "is_discreet"), KINDS)
def test_every_design_can_be_scanned_and_dialled(
    sheets: Sheets, language: str, design: str, is_discreet: bool
) -> None:
    card = sheets.card_of(language, design, is_discreet=is_discreet)
    sheet = sheets[language, design, is_discreet]
    assert (sheet.pages, sheet.size_mm) == (1, A4_MM)
    copies = DESIGNS[design].copies + (design == "strip")  # the notice has one too
    assert len(sheet.codes) == copies
    for code in sheet.codes:
        assert code.text == ADDRESS
        assert code.box.right - code.box.left >= SMALLEST_CODE_MM[design]
        assert code.white_border >= QUIET
    _check_number(sheet, card.number, copies, CUT_OUT[design])
    _check_notes(sheet, card.notes, CUT_OUT[design])


def _check_number(sheet: Sheet, number: str, copies: int, cut_out: Box) -> None:
    """It stands on each card, whole, and is read from the left in every language."""
    places = [
        place
        for place in sheet.places(number.replace(" ", "\u00a0"))
        if _is_inside(place[0], cut_out)
    ]
    assert len(places) == copies
    for place in places:
        lefts = [box.left for box in place]
        assert lefts == sorted(lefts)
        assert max(box.bottom for box in place) - min(box.top for box in place) < 20


def _check_notes(sheet: Sheet, notes: list[str], cut_out: Box) -> None:
    """What is not for the reader is cut off; what is cut out says nothing of it."""
    assert "no native reader has checked these words yet" in " ".join(notes)
    assert "Not checked by telephone yet: 078 055 800" in " ".join(notes)
    for note in notes:
        for words in re.split(r"(?<=[.:]) ", note):
            found = sheet.places(words)
            outside = [p for p in found if not _is_inside(p[0], cut_out)]
            assert outside, words
            for box in outside[0]:
                assert box.bottom <= cut_out.top or box.top >= cut_out.bottom


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_printed_in_fonts_that_have_its_letters(
    sheets: Sheets, language: str
) -> None:
    sheet = sheets.pocket(language)
    assert sheet.pages == 1
    fonts = sheet.fonts()
    assert fonts
    assert all(fonts.values()), "a font is not in the file"
    own, latin = (
        name.replace(" ", "-") for name in (script_of(language).font, "Noto Sans")
    )
    families = {name.removesuffix("-Bold") for name in fonts}
    assert families <= {own, latin}
    assert own in families


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_letter_leaves_its_card(sheets: Sheets, language: str) -> None:
    """Neither over the cut, nor over the fold, nor into the next card."""
    cards = [
        Box(20 + 85 * x, 34 + 55 * y, 105 + 85 * x, 89 + 55 * y)
        for x in range(2)
        for y in range(4)
    ]
    letters = [box for _, box in sheets.pocket(language).letters() if box.top > 34]
    assert len(letters) > 200
    strays = [box for box in letters if not any(_is_inside(box, one) for one in cards)]
    assert strays == []


@pytest.mark.parametrize("language", SPELT_WITH_SPACES)
def test_no_word_is_broken(sheets: Sheets, card_of: MakeCard, language: str) -> None:
    read = set(sheets.pocket(language).text.split())
    for words in card_of(language, "pocket").words.values():
        assert {one for one in words.split() if one.isalpha()} <= read


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_a_discreet_card_says_nothing_telling(card_of: MakeCard, language: str) -> None:
    text = (WORDS / f"{language}.yml").read_text(encoding="utf-8")
    telling = "|".join(yaml.safe_load(text)["telling"])
    for words in card_of(language, "pocket", is_discreet=True).words.values():
        assert not re.search(telling, words, re.IGNORECASE)


@pytest.mark.parametrize("design", DESIGNS)
def test_nothing_on_a_discreet_sheet_is_telling(card_of: MakeCard, design: str) -> None:
    """Not its words, not the notes beside it, not the name of the document."""
    discreet = Sheet(print_card(card_of("en", design, is_discreet=True)))
    shown = f"{discreet.text} {discreet.title}"
    assert "Questions" in shown
    assert not re.search(TELLING, shown, re.IGNORECASE)


def test_the_telling_words_would_be_found(sheets: Sheets) -> None:
    assert re.search(TELLING, sheets.pocket("en").text, re.IGNORECASE)


def test_discreet_and_open_words_are_other_words() -> None:
    both = set(words_needed(is_discreet=True)) & set(words_needed(is_discreet=False))
    assert both == {"scan", "call"}


@pytest.mark.parametrize("design", ["label", "strip"])  # where there is least room
def test_a_long_address_can_be_scanned_too(card_of: MakeCard, design: str) -> None:
    address = "https://t.me/" + "A_long_name_that_a_bot_may_have_01" + "?start=bcdf2345"
    sheet = Sheet(print_card(card_of("en", design, address=address)))
    assert {code.text for code in sheet.codes} == {address}
    assert all(code.white_border >= QUIET for code in sheet.codes)


def test_words_that_do_not_fit_are_told_not_cut(card_of: MakeCard) -> None:
    card = card_of("en", "label")
    endless = dataclasses.replace(card, words={**card.words, "help": "endless " * 80})
    with pytest.raises(CannotPrintError, match="too long for this design"):
        print_card(endless)


@pytest.mark.parametrize("letter", ["信", "\U000f1234"])  # in another font, in none
def test_a_letter_without_a_font_is_told_not_boxed(
    card_of: MakeCard, letter: str
) -> None:
    card = card_of("en", "poster", is_discreet=True)
    strange = dataclasses.replace(card, words={**card.words, "title": letter})
    with pytest.raises(CannotPrintError, match="Letters of en are not in Noto Sans"):
        print_card(strange)


def test_words_are_words_and_fetch_nothing(card_of: MakeCard) -> None:
    card = card_of("en", "poster")
    sly = '<img src="file:///etc/hostname"><b>bold</b> &amp;'
    sheet = Sheet(
        print_card(dataclasses.replace(card, words={**card.words, "help": sly}))
    )
    assert "<b>bold</b>" in sheet.text


def test_a_missing_font_is_named() -> None:
    assert missing_for(["Noto Sans"]) is None
    sentence = missing_for(["Noto Sans", "No Such Font"])
    assert sentence is not None
    assert "No Such Font" in sentence
    assert "apt-get install fonts-noto-core" in sentence
