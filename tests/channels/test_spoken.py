"""A caseworker's words to a person: own words first, machine text under its label."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from bot.channels.page import Page, PageWriter, SpokenWords
from bot.channels.spoken import Kind, Speaker, Spoken, read_spoken
from bot.language.machine.text import MachineText
from bot.settings import read_settings
from bot.wiring import load_words
from tests.fakes import FakeClock

ROOT = Path(__file__).resolve().parents[2]
WORDS = load_words(read_settings({}))
SPEAKER = Speaker(WORDS)
SAID = "Appelez le 101."
MACHINE = {"text": "Call 101.", "engine": "Argos Translate", "from": "fr", "to": "en"}


def payload(**parts: Any) -> str:
    told = {"words": SAID, "language": "fr", "machine": None, "reply": None}
    return json.dumps(told | parts)


def passages(**parts: Any) -> list[tuple[Kind, str, str]]:
    found = SPEAKER.passages(read_spoken(payload(**parts)), "en", "pag-asa")
    return [(one.kind, one.language, one.direction) for one in found]


@pytest.mark.parametrize(
    "words", ["Bonjour.", "", "12", '"x"', "[]", "{}", '{"words": 5}', "{" * 9999]
)
def test_a_line_of_an_older_page_is_words(words: str) -> None:
    assert read_spoken(words) == Spoken(words)


def test_own_words_come_first_and_each_text_says_its_language() -> None:
    assert passages(machine=MACHINE) == [
        (Kind.OWN, "fr", "ltr"),
        (Kind.LABEL, "en", "ltr"),
        (Kind.MACHINE, "en", "ltr"),
    ]
    own, *_ = SPEAKER.passages(Spoken("?", "ar"), "en", "")
    assert (own.language, own.direction) == ("ar", "rtl")


@pytest.mark.parametrize("language", ["", "tlh", 7, None])
def test_an_unknown_language_is_not_claimed(language: Any) -> None:
    assert passages(language=language) == [(Kind.OWN, "", "auto")]


@pytest.mark.promise(12)
@pytest.mark.parametrize(
    "machine",
    [
        *({**MACHINE, "from": tag} for tag in ("", "tlh", None)),
        *({**MACHINE, "text": words} for words in ("", None, 5)),
        *("Call 101.", [], 5),
    ],
)
def test_without_a_true_label_there_is_no_machine_text(machine: Any) -> None:
    assert passages(machine=machine) == [(Kind.OWN, "fr", "ltr")]


def test_a_reply_is_the_catalogs_text_for_this_person() -> None:
    found = SPEAKER.passages(read_spoken(payload(reply="reply.hello")), "en", "payoke")
    (reply,) = found
    assert reply.text == WORDS.catalogs.text("en", "reply.hello", centre="Payoke")
    assert (reply.kind, reply.language) == (Kind.READY_MADE, "en")


@pytest.mark.promise(12)
@pytest.mark.parametrize("key", ["consent.handover", "numbers.list", "reply.none", 5])
def test_no_other_text_can_be_sent_by_its_key(key: Any) -> None:
    """The desk chooses among ready-made replies, never the bot's own voice."""
    assert passages(reply=key) == [(Kind.OWN, "fr", "ltr")]


def test_a_reply_carries_no_machine_text() -> None:
    assert [kind for kind, *_ in passages(reply="reply.yes", machine=MACHINE)] == [
        Kind.READY_MADE
    ]


def test_an_app_shows_the_same_in_the_same_order() -> None:
    told = SPEAKER.plain(read_spoken(payload(machine=MACHINE)), "en", "pag-asa")
    label = WORDS.catalogs.text("en", "machine.label", language_name="Français")
    assert told == f"{SAID}\n\n{label}\nCall 101."


def test_the_page_shows_it_with_languages_and_without_markup() -> None:
    told = payload(words="<b>Oui", machine={**MACHINE, "text": "<b>Yes"})
    html = written(told, "ar" if WORDS.catalogs.has("ar", "machine.label") else "en")
    assert '<div class="own" lang="fr" dir="ltr"><p class="typed">&lt;b&gt;Oui' in html
    assert '<div class="machine" lang="en" dir="ltr">' in html
    assert "<b>" not in html


@pytest.mark.promise(12)
def test_no_number_of_a_machine_can_be_called() -> None:
    """One changed digit would call somebody else."""
    html = written(payload(words="x", machine=MACHINE), "en")
    _, _, machine = html.partition('class="machine"')
    assert "Call 101." in machine
    assert "tel:" not in machine.partition("</main>")[0]


def written(told: str, language: str) -> str:
    writer = PageWriter(WORDS, "https://www.meteo.be/", FakeClock())
    words = SpokenWords(1, "Alpha", read_spoken(told), "pag-asa")
    return writer.write(Page(language, "a" * 43, (), words=[words], live=True))


@pytest.mark.promise(12)
def test_machine_text_has_one_way_to_a_person() -> None:
    """Its words are read in one function of one module, and shown by one other."""
    readers = {
        path.name: text.count("machine.words")
        for path in (ROOT / "bot" / "channels").glob("*.py")
        if "MachineText" in (text := path.read_text(encoding="utf-8"))
    }
    assert readers == {"spoken.py": 1}
    tree = ast.parse((ROOT / "bot/channels/page.py").read_text(encoding="utf-8"))
    shown = [
        ast.unparse(node.body[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "Kind.MACHINE" in ast.unparse(node.test)
    ]
    assert shown == ["return self._prose.write_unchecked(passage.text)"]


def test_machine_text_is_no_words_of_a_caseworker() -> None:
    machine = MachineText("Yes.", "fr", "en")
    with pytest.raises(TypeError):
        SPEAKER.plain(Spoken(machine), "en", "")  # type: ignore[arg-type]
