"""The rules of links: addresses look like nothing, figures tell little."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.outreach.links import (
    CODE_LENGTH,
    K,
    address_of,
    new_code,
    read_code,
    region_of,
    tell_opens,
    week_of,
)


def test_a_code_looks_like_nothing_and_is_hard_to_mistake() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    for code in codes:
        assert re.fullmatch(r"[a-z2-9]{8}", code)
        assert not set(code) & set("aeiouyl01")  # no word, nothing that looks alike
        assert read_code(code) == code


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("BCDF2345", "bcdf2345"),
        ("hello123", "hello123"),  # like one: it leads to the neutral page
        ("bcdf234", None),
        ("bcdf23456", None),
        ("bcdf-234", None),
        ("page.css", None),
        ("bcdf234５", None),
        ("", None),
    ],
)
def test_what_is_taken_for_a_code(typed: str, read_as: str | None) -> None:
    assert read_code(typed) == read_as


def test_addresses() -> None:
    urls = {"chat_url": "https://chat.example/", "bot_name": "notes_bot"}
    assert address_of("bcdf2345", "web", **urls) == "https://chat.example/bcdf2345"
    telegram = address_of("bcdf2345", "telegram", **urls)
    assert telegram == "https://t.me/notes_bot?start=bcdf2345"


def test_a_centre_stands_for_its_region() -> None:
    assert region_of("payoke", None) == "flanders"
    assert region_of("payoke", "brussels") == "flanders"
    assert region_of(None, "brussels") == "brussels"
    assert region_of(None, None) is None


def test_weeks_are_those_of_belgium() -> None:
    sunday = datetime(2030, 1, 6, 22, 59, tzinfo=UTC)
    assert week_of(sunday) == "2030-W01"
    assert week_of(sunday.replace(hour=23)) == "2030-W02"  # Monday there
    assert week_of(datetime(2030, 12, 31, tzinfo=UTC)) == "2031-W01"


@given(st.integers(0, 10_000))
def test_few_are_not_told_and_more_only_in_tens(opens: int) -> None:
    told = tell_opens(opens)
    assert (told is None) == (opens < K)
    if told is not None:
        assert told % K == 0
        assert told <= opens < told + K


def test_a_code_has_more_than_a_guesser_can_try() -> None:
    assert 27**CODE_LENGTH > 2e11
