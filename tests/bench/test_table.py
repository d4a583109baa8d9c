"""The bench's arithmetic: what is reached, and what a slow minute does to a ratio."""

import pytest

from bench.rounds import paired
from bench.table import Row, table


@pytest.mark.parametrize(
    ("value", "at_least", "reached"),
    [(0.5, False, True), (0.5001, False, False), (0.5, True, True), (0.4, True, False)],
)
def test_a_target_is_met_by_the_figure_before_rounding(value, at_least, reached):
    row = Row("text", "1 ms", "2 ms", value, target=0.5, at_least=at_least)
    assert row.is_reached is reached
    assert row.as_json()["reached"] is reached


def test_the_table_says_no_where_a_target_is_missed():
    rows = [
        Row("text", "6 ms", "10 ms", 0.6, target=0.5),
        Row("memory", "5 MB", "10 MB", 0.5),
    ]
    head, rule, text, memory = table(rows).splitlines()
    assert text.split()[-4:] == ["0.6×", "≤", "0.5×", "NO"]
    assert memory.split()[-1] == "0.5×"
    assert len({len(head), len(rule), len(text)}) == 1


def test_a_minute_in_which_both_are_slow_does_not_change_the_ratio():
    assert paired([1.0, 10.0, 1.0], [4.0, 40.0, 4.0]) == pytest.approx(0.25)
