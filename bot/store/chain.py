"""Hash chains: a record that was changed, moved or taken out shows."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from bot.store.schema import audit, consent

_START = bytes(32)
_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtext(:chain))")


@dataclass(frozen=True, slots=True)
class Chain:
    """Chained records in one table, a chain for each value of `scope`."""

    table: sa.Table
    scope: str
    fields: tuple[str, ...]
    key: bytes = field(repr=False)

    def append(self, connection: sa.Connection, values: Mapping[str, Any]) -> None:
        """Add a record at the end of its chain, inside the caller's transaction."""
        chain = values[self.scope]
        if connection.dialect.name == "postgresql":
            # Two at once would take the same place in line.
            lock = f"{self.table.name}:{chain}"
            connection.execute(_LOCK, {"chain": lock})
        position, previous = self._end(connection, chain)
        row = {**values, "position": position + 1, "previous_hash": previous}
        connection.execute(self.table.insert(), {**row, "hash": self._hash(row)})

    def first_broken(self, connection: sa.Connection, chain: str) -> int | None:
        """The position of the first record that was tampered with, or None."""
        column = self.table.c[self.scope]
        query = self.table.select().where(column == chain)
        previous = _START
        rows = connection.execute(query.order_by(self.table.c.position)).mappings()
        for expected, row in enumerate(rows, start=1):
            honest = (
                row["position"] == expected
                and row["previous_hash"] == previous
                and hmac.compare_digest(row["hash"], self._hash(row))
            )
            if not honest:
                return expected
            previous = row["hash"]
        return None

    def _end(self, connection: sa.Connection, chain: str) -> tuple[int, bytes]:
        columns = self.table.c
        query = (
            sa.select(columns.position, columns.hash)
            .where(columns[self.scope] == chain)
            .order_by(columns.position.desc())
            .limit(1)
        )
        last = connection.execute(query).first()
        return (last.position, last.hash) if last else (0, _START)

    def _hash(self, row: Mapping[Any, Any]) -> bytes:
        names = (self.scope, "position", *self.fields)
        told = json.dumps([_plain(row.get(name)) for name in names])
        return hmac.digest(self.key, row["previous_hash"] + told.encode(), "sha256")


def consent_chain(key: bytes) -> Chain:
    """What a person answered, one chain per conversation."""
    names = ("purpose", "decision", "text_version", "language", "review_status", "at")
    return Chain(consent, "chain", names, key)


def audit_chain(key: bytes) -> Chain:
    """What colleagues did, one chain per centre."""
    names = ("case_id", "colleague_role", "colleague_id", "event", "at")
    return Chain(audit, "centre_id", names, key)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value
