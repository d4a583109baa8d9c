"""The directory: centres, numbers and facts, each with its source and last check."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from bot.directory.holidays import is_holiday
from bot.errors import SettingError
from bot.intake.ports import Centre

OLDEST_CHECK = timedelta(days=180)
DAYS_TO_THINK = "45"
ALWAYS = "24/7"
_BELGIUM = ZoneInfo("Europe/Brussels")
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Source:
    """A page that was read, and the date that the page itself shows."""

    url: str
    dated: str


@dataclass(frozen=True, slots=True)
class Check:
    """Whether a human at the centre has confirmed an entry, and when."""

    checked: date | None
    verified: bool
    sources: tuple[Source, ...]

    def is_fresh(self, today: date) -> bool:
        """Verified, and not longer ago than production allows."""
        if not self.verified or self.checked is None:
            return False
        return timedelta(0) <= today - self.checked <= OLDEST_CHECK


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody can be expected; None on both sides means day and night."""

    opens: time | None
    closes: time | None

    @property
    def shown(self) -> str:
        """In figures only, so that no language needs words for it."""
        if self.opens is None or self.closes is None:
            return ALWAYS
        return f"{self.opens:%H:%M} – {self.closes:%H:%M}"

    def include(self, now: datetime) -> bool:
        """Whether this moment is within the hours, on a working day in Belgium."""
        if self.opens is None or self.closes is None:
            return True
        here = now.astimezone(_BELGIUM)
        if here.weekday() >= _SATURDAY or is_holiday(here.date()):
            return False
        return self.opens <= here.time() < self.closes


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number as it is shown."""

    name: str
    shown: str
    check: Check


@dataclass(frozen=True, slots=True)
class CentreEntry:
    """One of the specialised centres."""

    id: str
    name: str
    region: str
    phone: str
    languages: tuple[str, ...]
    hours: Hours
    check: Check


@dataclass(frozen=True, slots=True)
class Directory:
    """All entries of one country, by name."""

    centres: Mapping[str, CentreEntry]
    numbers: Mapping[str, Number]
    facts: Mapping[str, Check]

    def arguments(self) -> dict[str, str]:
        """What every text of the catalogs may name."""
        shown = {f"number_{n.name}": n.shown for n in self.numbers.values()}
        return {**shown, "days_to_think": DAYS_TO_THINK}

    def centre(self, centre_id: str) -> Centre:
        """The centre as the rules see it; KeyError if there is none."""
        entry = self.centres[centre_id]
        return Centre(
            id=entry.id,
            name=entry.name,
            phone=entry.phone,
            hours=entry.hours.shown,
            language=entry.languages[0],
        )

    def is_open(self, centre_id: str, now: datetime) -> bool:
        """Whether somebody can be expected there at this moment."""
        return self.centres[centre_id].hours.include(now)

    def unready(self, today: date) -> tuple[str, ...]:
        """The names of all entries that no production start may show."""
        return tuple(name for name, c in self._checks() if not c.is_fresh(today))

    def check_production(self, now: datetime) -> None:
        """Raise SettingError unless every entry is verified and fresh (P11)."""
        names = self.unready(now.astimezone(_BELGIUM).date())
        if names:
            some = ", ".join(names[:5])
            raise SettingError(
                f"{len(names)} entries of the directory are unverified or were last"
                f" checked more than {OLDEST_CHECK.days} days ago: {some}"
            )

    def _checks(self) -> Iterator[tuple[str, Check]]:
        yield from ((f"centre {c.id}", c.check) for c in self.centres.values())
        yield from ((f"number {n.name}", n.check) for n in self.numbers.values())
        yield from ((f"fact {name}", check) for name, check in self.facts.items())


def load_directory(path: Path) -> Directory:
    """Read a directory file; KeyError or ValueError if it is malformed."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    sources = {
        name: Source(url=row["url"], dated=row["dated"])
        for name, row in data["sources"].items()
    }
    return Directory(
        centres={row["id"]: _centre(row, sources) for row in data["centres"]},
        numbers={
            name: Number(name, row["shown"], _check(row, sources))
            for name, row in data["numbers"].items()
        },
        facts={name: _check(row, sources) for name, row in data["facts"].items()},
    )


def _centre(row: Mapping[str, Any], sources: Mapping[str, Source]) -> CentreEntry:
    return CentreEntry(
        id=row["id"],
        name=row["name"],
        region=row["region"],
        phone=row["phone"],
        languages=tuple(row["languages"]),
        hours=_hours(row["hours"]),
        check=_check(row, sources),
    )


def _hours(row: str | Mapping[str, str]) -> Hours:
    if isinstance(row, str):
        if row != "always":
            raise ValueError(row)
        return Hours(None, None)
    return Hours(time.fromisoformat(row["from"]), time.fromisoformat(row["to"]))


def _check(row: Mapping[str, Any], sources: Mapping[str, Source]) -> Check:
    named = tuple(sources[name] for name in row["sources"])
    if not named:
        raise ValueError(row)
    return Check(checked=row["checked"], verified=row["verified"], sources=named)
