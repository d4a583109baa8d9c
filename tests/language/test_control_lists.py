"""The control lists of every language are read together."""

import pytest

from bot.intake.control import Signal
from bot.language.control_lists import load_control

LISTS = """
language: {tag}
fillers: [please]
stop: [{stop}]
danger: [he is coming]
danger_parts: [kill me]
"""


@pytest.fixture
def nlu_data(tmp_path):
    for tag, stop in (("en", "stop"), ("nl", "stoppen")):
        folder = tmp_path / tag
        folder.mkdir()
        text = LISTS.format(tag=tag, stop=stop)
        folder.joinpath("control.yml").write_text(text, encoding="utf-8")
    (tmp_path / "en" / "wages.yml").write_text("- the shop\n", encoding="utf-8")
    return tmp_path


@pytest.mark.promise(2)
def test_a_person_may_stop_in_another_language(nlu_data):
    """The lists of all languages count, whatever language is spoken."""
    control = load_control(nlu_data, ["en", "nl"])
    assert control.hear("stop please") is Signal.STOP
    assert control.hear("stoppen") is Signal.STOP


def test_parts_are_heard_inside_a_sentence(nlu_data):
    control = load_control(nlu_data, ["en"])
    assert control.hear("he said he would kill me today") is Signal.DANGER


def test_words_of_other_sentences_are_no_typos(nlu_data):
    assert load_control(nlu_data, ["en"]).hear("shop") is None


def test_a_language_without_lists_is_left_out(nlu_data):
    control = load_control(nlu_data, ["en", "th"])
    assert control.hear("stop") is Signal.STOP
    assert load_control(nlu_data, ["th"]).hear("stop") is None


def test_lists_left_empty_hear_nothing(tmp_path):
    (tmp_path / "en").mkdir()
    path = tmp_path / "en" / "control.yml"
    path.write_text("language: en\nstop:\nfillers: []\n", encoding="utf-8")
    assert load_control(tmp_path, ["en"]).hear("stop") is None
