"""The list of languages, as data: adding one is adding files."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True, slots=True)
class Language:
    """One language as nlu_data/languages.yml describes it."""

    tag: str
    name: str  # its own name
    english_name: str
    direction: Direction
    status: str  # "draft", "reviewed", "live"
    enabled: bool
    also: tuple[str, ...] = ()  # other tags of a phone that this one serves


class Languages:
    """Every language by its tag, in the order of the file."""

    def __init__(self, path: Path) -> None:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))["languages"]
        self._by_tag = {row["tag"]: _language(row) for row in rows}

    def __getitem__(self, tag: str) -> Language:
        return self._by_tag[tag]

    def __contains__(self, tag: str) -> bool:
        return tag in self._by_tag

    @property
    def all(self) -> tuple[Language, ...]:
        """Every language of the file, spoken here already or not yet."""
        return tuple(self._by_tag.values())

    @property
    def enabled(self) -> tuple[Language, ...]:
        """The languages that a person is offered; English is the last resort."""
        rows = [row for row in self._by_tag.values() if row.enabled]
        return tuple(sorted(rows, key=lambda row: row.tag != "en"))

    def of_phones(self) -> dict[str, str]:
        """Tags that a phone may be set to, lower-case, and the enabled one for each."""
        served = {tag.lower(): row.tag for row in self.enabled for tag in row.also}
        return served | {row.tag.lower(): row.tag for row in self.enabled}


def _language(row: dict[str, object]) -> Language:
    also = row.get("also")
    direction: Direction = "rtl" if row["direction"] == "rtl" else "ltr"
    return Language(
        tag=str(row["tag"]),
        name=str(row["name"]),
        english_name=str(row["english_name"]),
        direction=direction,
        status=str(row["status"]),
        enabled=bool(row.get("enabled", False)),
        also=tuple(str(tag) for tag in also) if isinstance(also, list) else (),
    )
