"""The bench of translation: its heads, and a ratio taken call by call."""

import pytest

from bench.table import table
from bench.translation import HEAD, _times


def test_ours_is_compared_with_ctranslate2_call_by_call():
    row = _times("one", [0.011, 0.11, 0.011], [0.01, 0.1, 0.01], 1.1)
    assert row.value == pytest.approx(1.1)
    assert row.ours.startswith("11.0 ms (p95 ")
    assert "CTranslate2" in table([row], HEAD).splitlines()[0]


def test_what_has_no_counterpart_is_told_in_milliseconds():
    row = _times("one", [0.01, 0.02, 0.03], [], None)
    assert (row.value, row.unit, row.stock) == (20, " ms", "")
    assert row.is_reached is None
