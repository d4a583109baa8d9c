"""Every catalog is in its own language: its script, its words, nothing left over."""

import re
import subprocess
import unicodedata
from functools import cache
from pathlib import Path

import pytest
from babel.core import Locale
from babel.messages.catalog import Catalog
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

from bot.language.identify import LanguageIdentifier
from bot.language.languages import Languages

ROOT = Path(__file__).parent.parent
TAGS = [one.tag for one in Languages(ROOT / "nlu_data" / "languages.yml").all]
SHORT_LABEL = 24  # a label may be longer than "More" in another language
ENOUGH_LETTERS = 60  # fewer say too little of a language
SCRIPTS = {
    **dict.fromkeys(("bg", "ru", "uk"), "CYRILLIC"),
    **dict.fromkeys(("ar", "fa", "ps", "ur"), "ARABIC"),
    "am": "ETHIOPIC",
    "hi": "DEVANAGARI",
    "pa": "GURMUKHI",
    "th": "THAI",
    "zh-Hans": "CJK",
}
# Said in Latin letters in every language.
NAMES = re.compile(
    r"\{\w+\}|PAG-ASA|Payoke|Sürya|Child Focus|Telegram|Myria|Fedasil|IOM|OIM|PDF"
    r"|CPAS|OCMW|SPF|FOD|pro deo|bijlage|annexe|\b[A-Z]\b|FAIRWORK Belgium|[\w.]+\.be"
    r"|CoMensha|Ac\.Sé|InfoTraite|KOK|Modern Slavery and Exploitation Helpline"
    r"|Hilfetelefon Gewalt gegen Frauen",
    re.IGNORECASE,
)


@cache
def _catalog(tag: str) -> Catalog:
    path = ROOT / "translations" / tag / "LC_MESSAGES" / "passerelle.po"
    with path.open("rb") as file:
        return read_po(file)


@cache
def _texts(tag: str) -> dict[str, str]:
    return {str(m.context): str(m.string) for m in _catalog(tag) if m.context}


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier(TAGS)


def _letters(text: str) -> list[str]:
    plain = NAMES.sub("", text)
    return [unicodedata.name(c, "?").split()[0] for c in plain if c.isalpha()]


@pytest.mark.parametrize("tag", TAGS)
def test_a_catalog_is_written_in_its_script(tag: str) -> None:
    script = SCRIPTS.get(tag, "LATIN")
    strange = {
        key: text
        for key, text in _texts(tag).items()
        if (letters := _letters(text)) and letters.count(script) < 0.8 * len(letters)
    }
    assert not strange


@pytest.mark.parametrize("tag", TAGS)
def test_a_catalog_is_written_in_its_language(tag: str) -> None:
    long = {k: t for k, t in _texts(tag).items() if len(_letters(t)) >= ENOUGH_LETTERS}
    assert len(long) > 30
    guessed = {key: _identifier().guess(NAMES.sub(" ", t)) for key, t in long.items()}
    assert not {
        key: guess for key, guess in guessed.items() if guess not in {tag, None}
    }
    known = sum(guess == tag for guess in guessed.values())
    assert known >= 0.7 * len(long)


@pytest.mark.parametrize("tag", [tag for tag in TAGS if tag != "en"])
def test_no_english_is_left(tag: str) -> None:
    source, texts = _texts("en"), _texts(tag)
    sentence = re.compile(r"[^.?!:\n]{25,}")
    left = {
        key: found
        for key, text in texts.items()
        for found in sentence.findall(source[key])
        if found.strip() in text and len(NAMES.sub("", found).strip()) > 15
    }
    assert not left


@pytest.mark.parametrize("tag", TAGS)
def test_no_text_is_over_twice_its_source(tag: str) -> None:
    source = _texts("en")
    assert not {
        key: text
        for key, text in _texts(tag).items()
        if len(text) > max(2 * len(source[key]), SHORT_LABEL)
    }


@pytest.mark.parametrize("tag", TAGS)
def test_a_catalog_counts_as_its_language_does(tag: str) -> None:
    catalog = _catalog(tag)
    locale = Locale.parse(tag, sep="-")
    assert catalog.locale is not None
    assert catalog.locale.language == locale.language
    # Gettext counts whole numbers, the Unicode tables also those with a fraction.
    unicode_count = len(locale.plural_form.rules) + 1
    assert catalog.num_plurals in {get_plural(locale).num_plurals, unicode_count}


@pytest.mark.parametrize("tag", TAGS)
def test_every_text_passes_gettexts_own_checks(tag: str) -> None:
    assert not [e for m in _catalog(tag) for e in m.check(_catalog(tag))]


def test_the_checks_can_fail() -> None:
    assert _letters("Bonjour {centre}").count("CYRILLIC") == 0
    assert _identifier().guess("Dit is een tekst die in het Nederlands is") == "nl"
    french = "Vous pouvez arrêter à tout moment, sans dire pourquoi."
    assert _identifier().guess(french) == "fr"


@pytest.mark.parametrize("tag", TAGS)
def test_every_catalog_compiles(tag: str, tmp_path: Path) -> None:
    for path in (ROOT / "translations" / tag / "LC_MESSAGES").glob("*.po"):
        compiled = tmp_path / f"{path.stem}.mo"
        subprocess.run(["msgfmt", "--check", "-o", compiled, path], check=True)
        assert compiled.stat().st_size > 0
