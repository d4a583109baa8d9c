"""Belgium's public holidays, on which an office is closed."""

from datetime import date, timedelta
from functools import lru_cache

_FIXED = ((1, 1), (5, 1), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25))
_AFTER_EASTER = (1, 39, 50)  # Easter Monday, Ascension, Whit Monday


def is_holiday(day: date) -> bool:
    """Whether this day is a public holiday in Belgium."""
    return day in _holidays(day.year)


@lru_cache(maxsize=8)
def _holidays(year: int) -> frozenset[date]:
    easter = _easter(year)
    moving = {easter + timedelta(days=days) for days in _AFTER_EASTER}
    return frozenset(moving | {date(year, month, day) for month, day in _FIXED})


def _easter(year: int) -> date:
    """Easter Sunday, by the anonymous Gregorian algorithm."""
    golden = year % 19
    century, rest = divmod(year, 100)
    leap, century_rest = divmod(century, 4)
    shift = (8 * century + 13) // 25
    moon = (19 * golden + century - leap - shift + 15) % 30
    full = (golden + 11 * moon) // 319
    leap_rest, days = divmod(rest, 4)
    sunday = (2 * century_rest + 2 * leap_rest - days - moon + full + 32) % 7
    month = (moon - full + sunday + 90) // 25
    return date(year, month, (moon - full + sunday + month + 19) % 32)
