"""Somebody with a copy of the whole store, who wants to know who came by which link.

They know for most conversations by which link they came, and for the rest they look
at everything that is stored about them: each column of each table, the order of rows,
times, lengths, and what the database itself notes of each row.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.schema import (
    conversation,
    link,
    link_count,
    metadata,
    outbox,
    seen_update,
)

NEIGHBOURS = 3
_ROW_NUMBERS = {
    "sqlite": ("rowid",),
    # Where a row lies, and which transaction wrote it.
    "postgresql": ("(ctid::text::point)[0]*1000+(ctid::text::point)[1]", "xmin::text"),
}
Feature = Mapping[str, Any]  # of each conversation, by its id


@dataclass(frozen=True, slots=True)
class Stolen:
    """Everything in the store, with what the database notes of each row."""

    tables: Mapping[str, Sequence[Mapping[str, Any]]]

    @classmethod
    def copy(cls, database: Database) -> "Stolen":
        with database.read() as connection:
            hidden = _ROW_NUMBERS[connection.dialect.name]
            return cls(
                {
                    table.name: _rows(connection, table, hidden)
                    for table in metadata.sorted_tables
                }
            )

    def mentions(self, needles: Iterable[str]) -> list[str]:
        """Where a link's code or id stands outside the tables of links, in any form."""
        forms = {form for needle in needles for form in _forms(needle)}
        return [
            f"{name}.{column}"
            for name, rows in self.tables.items()
            if name not in {link.name, link_count.name}
            for row in rows
            for column, value in row.items()
            if any(form in _bytes(value) for form in forms)
        ]

    def features(self) -> Mapping[str, Feature]:
        """All that can be said of each conversation, by what says it."""
        told: dict[str, dict[str, Any]] = defaultdict(dict)
        for name, key in (
            (conversation.name, lambda row: row["id"]),
            (outbox.name, lambda row: row["conversation_id"]),
        ):
            for row in self.tables[name]:
                for column, value in _readings(row):
                    told[f"{name}.{column}"].setdefault(key(row), value)
        self._add_updates(told)
        self._add_counts(told)
        return told

    def _add_updates(self, told: dict[str, dict[str, Any]]) -> None:
        """Updates name nobody; the nth may well belong to the nth conversation."""
        order = "created_at"
        people = sorted(self.tables[conversation.name], key=lambda row: row[order])
        for column in ("seen_at", "update_hash", "#0"):
            updates = sorted(
                self.tables[seen_update.name], key=lambda row: _number(row[column])
            )
            for person, update in zip(people, updates, strict=False):
                for name, value in _readings(update):
                    told[f"update by {column}: {name}"][person["id"]] = value

    def _add_counts(self, told: dict[str, dict[str, Any]]) -> None:
        """Which link's count was written nearest to a conversation."""
        counts = self.tables[link_count.name]
        for mark in ("#0", "#1"):
            if counts and mark in counts[0]:
                for person in self.tables[conversation.name]:
                    at = _number(person[mark])
                    nearest = min(counts, key=lambda row: abs(_number(row[mark]) - at))
                    told[f"count nearest by {mark}"][person["id"]] = nearest["link_id"]


def best_guess(
    stolen: Stolen, truth: Mapping[str, str]
) -> tuple[float, str, Mapping[str, float]]:
    """How often the best of all attacks names the right link, and which attack it is.

    Each conversation in turn is the unknown one; the truth of all others is known.
    """
    scores: dict[str, float] = {}
    for name, feature in stolen.features().items():
        known = [(feature[person], truth[person]) for person in truth]
        if all(person in feature for person in truth):
            for way in (_by_equals, _by_neighbours):
                scores[f"{name} ({way.__name__})"] = _score(way, known)
    name = max(scores, key=lambda one: scores[one])
    return scores[name], name, scores


def _score(
    way: Callable[..., Iterator[bool]], known: Sequence[tuple[Any, str]]
) -> float:
    hits = list(way(known))
    return sum(hits) / len(hits)


def _by_equals(known: Sequence[tuple[Any, str]]) -> Iterator[bool]:
    """Guess the commonest link among those that look exactly alike."""
    groups: dict[Any, Counter[str]] = defaultdict(Counter)
    everybody = Counter(label for _, label in known)
    for value, label in known:
        groups[str(value)][label] += 1
    for value, label in known:
        others = groups[str(value)] - Counter([label])
        yield _commonest(others or everybody) == label


def _by_neighbours(known: Sequence[tuple[Any, str]]) -> Iterator[bool]:
    """Guess the commonest link among those next to it in this order."""
    line = [label for _, label in sorted(known, key=lambda one: _number(one[0]))]
    for place, label in enumerate(line):
        near = line[max(0, place - NEIGHBOURS) : place]
        near += line[place + 1 : place + 1 + NEIGHBOURS]
        yield _commonest(Counter(near)) == label


def _commonest(labels: Counter[str]) -> str:
    return max(labels, key=lambda label: (labels[label], label))


def _rows(
    connection: sa.Connection, table: sa.Table, hidden: Sequence[str]
) -> list[dict[str, Any]]:
    notes = [sa.literal_column(sql).label(f"#{n}") for n, sql in enumerate(hidden)]
    query = sa.select(*table.columns, *notes)
    return [
        {**row, "#order": place}
        for place, row in enumerate(connection.execute(query).mappings())
    ]


def _readings(row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """A row's values, and the lengths of those that cannot be read."""
    for column, value in row.items():
        yield column, value
        if isinstance(value, bytes | str | dict | list):
            yield f"length of {column}", len(value)
        if isinstance(value, dict):
            yield f"names in {column}", sorted(value)


def _number(value: Any) -> float:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str) and value.isdigit():
        return float(value)
    return float(int.from_bytes(_bytes(value)[:6].ljust(6, b"\0")))


def _forms(needle: str) -> Iterator[bytes]:
    raw = needle.encode()
    yield from (raw, raw[::-1], raw.hex().encode())
    for name in ("md5", "sha1", "sha256", "blake2b"):
        digest = hashlib.new(name, raw)
        yield from (digest.digest()[:8], digest.hexdigest()[:16].encode())


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
