"""The directory: sources, checks, opening hours (P11)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import bot.directory
from bot.directory.holidays import is_holiday
from bot.directory.load import Check, Directory, load_directory
from bot.errors import SettingError

FILE = Path(bot.directory.__file__).parent / "be.yml"
TODAY = date(2026, 11, 23)  # a Monday
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def directory() -> Directory:
    return load_directory(FILE)


def _all(directory: Directory, **changes: object) -> Directory:
    """The same directory with every entry checked in the same way."""

    def mend(check: Check) -> Check:
        return replace(check, **changes)

    return Directory(
        centres={
            k: replace(c, check=mend(c.check)) for k, c in directory.centres.items()
        },
        numbers={
            k: replace(n, check=mend(n.check)) for k, n in directory.numbers.items()
        },
        facts={k: mend(c) for k, c in directory.facts.items()},
    )


def test_three_centres_have_regions_and_phones(directory: Directory) -> None:
    regions = {c.id: c.region for c in directory.centres.values()}
    assert regions == {"pag-asa": "brussels", "payoke": "flanders", "surya": "wallonia"}
    assert directory.centre("pag-asa").phone == "+32 2 511 64 64"
    assert directory.centre("payoke").phone == "+32 3 201 16 90"
    assert directory.centre("surya").phone == "+32 4 232 40 30"


def test_arguments_name_every_number_once(directory: Directory) -> None:
    arguments = directory.arguments()
    assert arguments["number_central"] == "078 055 800"
    assert arguments["days_to_think"] == "45"
    assert len(set(arguments.values())) == len(arguments)


@pytest.mark.promise(11)
def test_every_entry_has_a_source(directory: Directory) -> None:
    """P11: every number and legal fact has a source."""
    checks = [c.check for c in directory.centres.values()]
    checks += [n.check for n in directory.numbers.values()]
    checks += list(directory.facts.values())
    urls = [source.url for check in checks for source in check.sources]
    assert len(urls) >= len(checks)
    assert all(url.startswith(("https://", "http://")) for url in urls)


def test_no_entry_has_an_address() -> None:
    """No shelter's or office's street may be found in the directory."""
    words = FILE.read_text(encoding="utf-8").lower()
    assert not [w for w in ("address:", "street", "rue des", "straat 1") if w in words]


@pytest.mark.promise(11)
def test_production_refuses_unverified_entries(directory: Directory) -> None:
    """P11: a production start refuses entries that are unverified."""
    with pytest.raises(SettingError, match="centre pag-asa"):
        directory.check_production(NOON)


def test_production_accepts_fresh_entries(directory: Directory) -> None:
    _all(directory, verified=True, checked=TODAY).check_production(NOON)


@pytest.mark.promise(11)
@pytest.mark.parametrize(("days", "refused"), [(180, 0), (181, 1), (-1, 1)])
def test_production_refuses_old_and_future_checks(
    directory: Directory, days: int, refused: int
) -> None:
    """P11: a check holds for 180 days, and none is dated in the future."""
    checked = _all(directory, verified=True, checked=TODAY - timedelta(days=days))
    assert bool(checked.unready(TODAY)) == bool(refused)


def test_production_refuses_one_old_entry_among_fresh(directory: Directory) -> None:
    fresh = _all(directory, verified=True, checked=TODAY)
    old = replace(fresh.facts["residence"], verified=False)
    mixed = replace(fresh, facts={**fresh.facts, "residence": old})
    assert mixed.unready(TODAY) == ("fact residence",)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (datetime(2026, 11, 23, 8, 0, tzinfo=UTC), True),  # 9 h in Brussels
        (datetime(2026, 11, 23, 7, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 23, 16, 0, tzinfo=UTC), False),  # 17 h in Brussels
        (datetime(2026, 7, 20, 7, 0, tzinfo=UTC), True),  # summer time
        (datetime(2026, 11, 22, 11, 0, tzinfo=UTC), False),  # Sunday
        (datetime(2026, 12, 25, 11, 0, tzinfo=UTC), False),  # Christmas, a Friday
    ],
)
def test_office_hours_are_belgian(
    directory: Directory, moment: datetime, *, is_open: bool
) -> None:
    assert directory.is_open("pag-asa", moment) is is_open


def test_line_open_day_and_night_is_always_open(directory: Directory) -> None:
    assert directory.is_open("payoke", datetime(2026, 12, 25, 2, 0, tzinfo=UTC))
    assert directory.centre("payoke").hours == "24/7"
    assert directory.centre("pag-asa").hours == "09:00 – 17:00"


@pytest.mark.parametrize(
    "day", [date(2026, 4, 6), date(2027, 5, 6), date(2026, 5, 25), date(2026, 7, 21)]
)
def test_holidays_that_move_with_easter(day: date) -> None:
    assert is_holiday(day)
    assert not is_holiday(day + timedelta(days=1))


def test_unknown_centre_is_an_error(directory: Directory) -> None:
    with pytest.raises(KeyError):
        directory.centre("nowhere")


@pytest.mark.parametrize("broken", ["hours: sometimes", "sources: []"])
def test_malformed_file_stops_the_start(tmp_path: Path, broken: str) -> None:
    good = FILE.read_text(encoding="utf-8")
    old = (
        "hours: always\n"
        if "hours" in broken
        else "sources: [unhcr_be, rtl_ukr, fedasil]"
    )
    path = tmp_path / "be.yml"
    new = f"{broken}\n" if "hours" in broken else broken
    path.write_text(good.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=r".+"):
        load_directory(path)
