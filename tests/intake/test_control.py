"""Control hears stop, erase, danger, self-harm and numbers without any model."""

import statistics
import time
from functools import lru_cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.intake.control import LONGEST_MESSAGE, Control, Phrases, Signal, words_of
from bot.language.control_lists import load_control
from tests.fakes import NLU_DATA

HEARD = Path(__file__).resolve().parent.parent / "nlu_data"
MIRRORS = sorted(HEARD.glob("*/control.yml"))
TAGS = [path.parent.name for path in MIRRORS]
CONTROL = load_control(NLU_DATA, TAGS)
FALSE_ALARMS_ALLOWED = 0.01


def read(path: Path) -> dict[str, list[str]]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@lru_cache
def lists_of(tag: str) -> dict[str, list[str]]:
    return read(NLU_DATA / tag / "control.yml")


def test_every_control_list_has_sentences_that_try_it():
    lists = {path.parent.name for path in NLU_DATA.glob("*/control.yml")}
    assert lists == set(TAGS)


@pytest.mark.promise(2, 16)
@pytest.mark.parametrize("signal", list(Signal))
@pytest.mark.parametrize("path", MIRRORS, ids=TAGS)
def test_all_ways_to_say_it_are_heard(path, signal):
    """Every list of every language, with all languages loaded together."""
    said = read(path)[signal.value]
    assert [text for text in said if CONTROL.hear(text) is not signal] == []


@pytest.mark.promise(2, 16)
@pytest.mark.parametrize("tag", TAGS)
def test_every_phrase_of_a_list_is_heard_as_such(tag):
    """A phrase as it stands in a list is heard, whatever other languages add."""
    lists = lists_of(tag)
    missed = [
        (signal.value, phrase)
        for signal in Signal
        for phrase in lists[signal.value]
        if CONTROL.hear(phrase) is not signal
    ]
    assert missed == []


@pytest.mark.parametrize("path", MIRRORS, ids=TAGS)
def test_ordinary_sentences_raise_no_alarm(path):
    ordinary = read(path)["none"]
    alarms = [text for text in ordinary if CONTROL.hear(text) is not None]
    assert len(ordinary) >= 120
    assert len(alarms) <= FALSE_ALARMS_ALLOWED * len(ordinary), alarms


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "stop!!!",
        "🛑",
        "✋🏽 stop 🛑🛑",
        "stooooooop",
        "s\u200bt\u200co\u200dp",
        "\u202estop\u202c",
        "\ufeffstop",
        "ＳＴＯＰ",
        "/stop",
        "//stop",
        "／stop",
        "stop.",
        "«stop»",
        "please stop now",
        "  stop \n\n",
        "st\u0301op",
    ],
)
@pytest.mark.promise(2)
def test_stop_is_heard_however_it_is_typed(text):
    """Emoji, repeated letters, invisible and full-width signs do not hide it."""
    assert CONTROL.hear(text) is Signal.STOP


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("أريد التوقف", "اريد التوقف"), ("إحذف", "احذف"), ("تـــوقف", "توقف")],
)
def test_arabic_letters_typed_for_one_another_are_one(typed, meant):
    assert words_of(typed) == words_of(meant)


def test_digits_of_every_script_are_the_same():
    assert words_of("١٢٣ ۴۵۶ ७८९") == words_of("123 456 789")


def test_persian_letters_are_folded_into_arabic():
    assert words_of("کمک ی") == words_of("كمك ي")


@pytest.mark.parametrize(
    "text", ["arreter", "arrêter", "ARRÊTER", "arrëter", "arreeter"]
)
def test_accents_and_capitals_do_not_matter(text):
    assert CONTROL.hear(text) is Signal.STOP


def test_one_typo_is_forgiven_and_two_are_not():
    control = Control([Phrases({Signal.STOP: ("arreter",)})])
    heard = [control.hear(t) for t in ("areter", "arrteer", "arrxter", "arretex x")]
    assert heard == [Signal.STOP] * 3 + [None]
    assert control.hear("axretxr") is None


def test_short_words_are_never_taken_for_a_typo():
    control = Control([Phrases({Signal.STOP: ("fin",)})])
    assert control.hear("fix") is None


def test_an_ordinary_word_is_never_taken_for_a_typo():
    phrases = Phrases({Signal.STOP: ("stop",)})
    assert Control([phrases]).hear("shop") is Signal.STOP
    assert Control([phrases], vocabulary=["the shop"]).hear("shop") is None


def test_the_most_urgent_signal_of_a_message_is_answered():
    whole = {Signal.STOP: ("stop",), Signal.DANGER: ("help me",)}
    assert Control([Phrases(whole)]).hear("stop help me") is Signal.DANGER


def test_danger_is_heard_in_the_middle_of_a_long_message():
    parts = {Signal.DANGER: ("he will kill me",), Signal.SELF_HARM: ("i want to die",)}
    control = Control([Phrases({}, parts)])
    story = "word " * 300
    assert control.hear(f"{story} he will kill me {story}") is Signal.DANGER
    assert control.hear(f"{story} i want to die {story}") is Signal.SELF_HARM
    both = f"{story} i want to die {story} he will kill me"
    assert control.hear(both) is Signal.DANGER


def test_a_filler_alone_says_nothing():
    control = Control([Phrases({Signal.STOP: ("stop",)}, fillers=("please",))])
    assert control.hear("please please") is None
    assert control.hear("") is None


def test_a_long_message_is_no_whole_phrase():
    assert CONTROL.hear("stop " * (LONGEST_MESSAGE + 1)) is None


def test_thai_and_chinese_need_no_spaces():
    whole = {Signal.STOP: ("หยุด", "停止")}
    control = Control([Phrases(whole, fillers=("请", "ค่ะ"))])
    assert control.hear("请停止") is Signal.STOP
    assert control.hear("หยุดค่ะ") is Signal.STOP


def test_control_takes_less_than_a_millisecond():
    said = [t for p in MIRRORS for rows in read(p).values() for t in rows]
    times = []
    for text in said:
        began = time.perf_counter()
        CONTROL.hear(text)
        times.append(time.perf_counter() - began)
    assert statistics.median(times) < 0.001


def test_a_huge_message_is_heard_in_no_time():
    began = time.perf_counter()
    CONTROL.hear("i am not well " * 200_000)
    assert time.perf_counter() - began < 1


@given(st.text())
def test_no_text_makes_control_fail(text):
    CONTROL.hear(text)


@given(st.text(alphabet=st.characters(categories=["Cs", "Cc", "Cf", "Co", "Mn", "Nd"])))
def test_no_strange_sign_makes_control_fail(text):
    CONTROL.hear(text)


@pytest.mark.promise(2)
@given(data=st.data(), tag=st.sampled_from(TAGS))
def test_polite_words_around_a_stop_keep_it_a_stop(data, tag):
    """Whatever polite words stand before or after, a stop stays a stop."""
    lists = lists_of(tag)
    polite = st.lists(st.sampled_from(lists["fillers"]), max_size=2)
    before, after = data.draw(polite), data.draw(polite)
    stop = data.draw(st.sampled_from(lists["stop"]))
    assert CONTROL.hear(" ".join([*before, stop, *after])) is Signal.STOP


def test_a_phrase_of_empty_words_is_still_a_phrase():
    """An "ok bye" is a stop, also where both words are polite ones."""
    phrases = Phrases({Signal.STOP: ("ok bye",)}, fillers=("ok", "bye"))
    control = Control([phrases])
    assert control.hear("ok bye") is Signal.STOP
    assert control.hear("bye ok") is None
