"""What columns are made of: aware times, closed values, sealed bytes."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect


class UtcTime(sa.TypeDecorator[datetime]):
    """An aware time, stored as UTC and given back aware."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("times must be aware")
        value = value.astimezone(UTC)
        # SQLite keeps text; without an offset it sorts by time.
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value.astimezone(UTC)


# SQLite only numbers rows by itself when the key is exactly INTEGER.
_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def text(name: str, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=options.pop("nullable", False), **options)


def data(name: str, **options: Any) -> sa.Column[bytes]:
    nullable = options.pop("nullable", False)
    return sa.Column(name, sa.LargeBinary, nullable=nullable, **options)


def whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False)


def time(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, UtcTime, nullable=nullable)


def row_id() -> sa.Column[int]:
    return sa.Column("id", _Number, primary_key=True, autoincrement=True)


def points_to(name: str, target: str, on_delete: str, **options: Any) -> sa.Column[str]:
    key = sa.ForeignKey(target, ondelete=on_delete)
    nullable = options.pop("nullable", False)
    return sa.Column(name, sa.Text, key, nullable=nullable, **options)
