"""Links in the store: made, ended and found by code; openings only in sums."""

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.store.schema import link, link_count

Connection = sa.Connection  # for those who may hand one on without SQLAlchemy
# An ended link's pending openings have long come in by then.
_COUNTED_AFTER_END = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link as it is stored; its label opens only at the desk."""

    id: str
    code: str
    owner_id: str | None
    label_sealed: bytes = field(repr=False)
    channel: str
    language: str | None
    centre_id: str | None
    region: str | None
    created_by: str | None
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    replaced_by: str | None = None

    def state(self, now: datetime) -> str:
        """Whether it works: "live", "expired" or "revoked"."""
        if self.revoked_at is not None:
            return "revoked"
        is_over = self.expires_at is not None and self.expires_at <= now
        return "expired" if is_over else "live"


@dataclass(frozen=True, slots=True)
class LiveLink:
    """All that the exposed side knows of a link that works."""

    id: str
    language: str | None
    centre_id: str | None
    region: str | None


def new_link_id() -> str:
    """An id that tells nothing, not even which link was made first."""
    return secrets.token_hex(8)


def is_taken(connection: sa.Connection, code: str) -> bool:
    """Whether a link has this code, or had it: none is ever used twice."""
    query = sa.select(link.c.id).where(link.c.code == code)
    return connection.execute(query).first() is not None


def add_link(connection: sa.Connection, row: LinkRow) -> None:
    """Store a new link."""
    values = {name: getattr(row, name) for name in row.__slots__}
    connection.execute(link.insert(), values)


def find_live(
    connection: sa.Connection, code: str, *, channel: str, now: datetime
) -> LiveLink | None:
    """The link of this code; unknown, expired and revoked are all the same None."""
    columns = (link.c.id, link.c.language, link.c.centre_id, link.c.region)
    query = sa.select(*columns).where(
        link.c.code == code,
        link.c.channel == channel,
        link.c.revoked_at.is_(None),
        sa.or_(link.c.expires_at.is_(None), link.c.expires_at > now),
    )
    row = connection.execute(query).first()
    return None if row is None else LiveLink(*row)


def find_by_code(connection: sa.Connection, code: str) -> LinkRow | None:
    """The link of this code, whether or not it works."""
    return _first(connection, link.c.code == code)


def find_by_id(
    connection: sa.Connection, link_id: str, *, owner_id: str
) -> LinkRow | None:
    """The link, if it is this centre's."""
    return _first(connection, link.c.id == link_id, link.c.owner_id == owner_id)


def list_links(
    connection: sa.Connection, *, owner_id: str | None = None
) -> Sequence[LinkRow]:
    """A centre's links, or all of them, newest first."""
    query = link.select().order_by(link.c.created_at.desc(), link.c.id)
    if owner_id is not None:
        query = query.where(link.c.owner_id == owner_id)
    return [_read(row) for row in connection.execute(query)]


def revoke_link(connection: sa.Connection, link_id: str, *, now: datetime) -> bool:
    """End the link for good; False if it had ended already."""
    ended = (
        link.update()
        .where(link.c.id == link_id, link.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    return connection.execute(ended).rowcount == 1


def note_replacement(connection: sa.Connection, link_id: str, by: str) -> None:
    """Remember which link came in the place of this one."""
    connection.execute(link.update().where(link.c.id == link_id).values(replaced_by=by))


def list_counts(
    connection: sa.Connection, link_ids: Sequence[str]
) -> Mapping[str, Sequence[tuple[str, int]]]:
    """Week and openings of each of these links, newest week first."""
    query = (
        link_count.select()
        .where(link_count.c.link_id.in_(link_ids))
        .order_by(link_count.c.week.desc())
    )
    counts: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for row in connection.execute(query):
        counts[row.link_id].append((row.week, row.opens))
    return counts


def add_opens(
    connection: sa.Connection, opens: Mapping[tuple[str, str], int], *, now: datetime
) -> None:
    """Add openings, by link and week, to what is there.

    Every link's row is written, also where nothing is added: neither the order of
    rows nor a row's age in the database's own book-keeping tells whose count it was.
    """
    since = now - _COUNTED_AFTER_END
    counted = sa.or_(link.c.revoked_at.is_(None), link.c.revoked_at > since)
    query = sa.select(link.c.id).where(counted).order_by(link.c.id)
    ids = connection.execute(query).scalars().all()
    rows = [
        {"link": link_id, "week": week, "opens": opens.get((link_id, week), 0)}
        for week in sorted({week for _, week in opens})
        for link_id in ids
    ]
    if rows:
        connection.execute(_ADD, rows)


_ADD = sa.text(
    "INSERT INTO link_count (link_id, week, opens) VALUES (:link, :week, :opens)"
    " ON CONFLICT (link_id, week) DO UPDATE"
    " SET opens = link_count.opens + excluded.opens"
)


def _first(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> LinkRow | None:
    row = connection.execute(link.select().where(*where)).first()
    return None if row is None else _read(row)


def _read(row: Any) -> LinkRow:
    return LinkRow(**row._mapping)
