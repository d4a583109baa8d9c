"""Sentences: split by every script's marks, never longer than a model reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.machine.sentences import LONGEST, has_letters, split_sentences


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("fr", ["Bonjour.", "Où puis-je dormir ?", "J'ai 3.50 euros !", "Merci"]),
        ("ar", ["أين أنام الليلة؟", "أريد مساعدة.", "شكرا"]),
        ("ur", ["میں کہاں سوؤں۔", "مدد چاہیے۔"]),
        ("am", ["ሰላም።", "የት ልተኛ?", "እርዱኝ።"]),
        ("hi", ["मैं कहाँ सोऊँ।", "मुझे मदद चाहिए।"]),
        ("ps", ["زه چیرته ویده شم؟", "مرسته غواړم۔"]),
        ("xx", ["Hello.", "Help me."]),
    ],
)
def test_each_script_ends_its_sentences(language, sentences):
    assert split_sentences(" ".join(sentences), language) == sentences


def test_signs_that_stand_close_end_them_too():
    assert split_sentences("我在哪里睡？我需要帮助。谢谢！", "zh") == [
        "我在哪里睡？",
        "我需要帮助。",
        "谢谢！",
    ]


def test_numbers_and_titles_end_nothing():
    assert split_sentences("It costs 3.50 euros at no. 5.", "en") == [
        "It costs 3.50 euros at no. 5."
    ]


def test_a_text_without_marks_is_cut_where_one_pauses():
    """Frightened people write on without a full stop; a model would drop the end."""
    text = ", ".join(f"they took my papers {n} and I cannot go" for n in range(40))
    parts = split_sentences(text, "en")
    assert max(map(len, parts)) <= LONGEST
    assert " ".join(parts) == text
    assert all(part.endswith((",", "go")) for part in parts)


def test_a_script_without_spaces_is_cut_sooner():
    parts = split_sentences("我" * 500, "zh")
    assert "".join(parts) == "我" * 500
    assert max(map(len, parts)) <= 100


@given(st.text(max_size=1200), st.sampled_from(["fr", "ar", "zh", "th", "xx"]))
def test_no_letter_is_lost(text, language):
    parts = split_sentences(text, language)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_what_has_no_letters_is_known():
    assert not any(map(has_letters, ("", " \n", "😀", "078 055 800", "18:30!", "…")))
    assert all(map(has_letters, ("a", "18h", "我", "؟ نعم", "😀 ok")))
