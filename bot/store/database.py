"""The database: one engine, reads without ceremony, writes one at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.errors import PasserelleError
from bot.store import migrations

CHANNEL = "passerelle"  # PostgreSQL's LISTEN/NOTIFY name
_AWAY = "The store does not answer."
_SQLITE_PRAGMAS = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # forgotten rows are overwritten with zeros
    "PRAGMA temp_store = MEMORY",  # no words in temporary files
)
_DUPLICATES = {"23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}
_NOTIFY = sa.text(f"NOTIFY {CHANNEL}")


class DuplicateError(Exception):
    """A unique value was there already; callers say what that means to them."""


@dataclass(frozen=True, slots=True)
class Database:
    """An open database: `read` to look, `write` to change all of something or none."""

    engine: sa.Engine

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @property
    def _reading(self) -> dict[str, Any]:
        # One statement needs no transaction: saying BEGIN only costs time.
        return {"plain": True} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """For single statements: each sees what is committed by then."""
        with _translated(), self.engine.connect() as connection:
            yield connection.execution_options(**self._reading)

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One transaction, committed at the end; SQLite lets one in at a time."""
        with _translated(), self.engine.connect() as connection:
            connection = connection.execution_options(writes=True)
            with connection.begin():
                yield connection

    def shred(self) -> None:
        """Empty SQLite's write-ahead log, where deleted rows would linger."""
        if not self.is_sqlite:
            return
        with _translated(), self.engine.connect() as connection:
            connection = connection.execution_options(plain=True)
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Open the database at this URL and bring its tables up to date.

    Raises:
        PasserelleError: it cannot be reached.
    """
    engine = _sqlite(url) if url.startswith("sqlite") else _postgresql(url)
    database = Database(engine)
    with _translated():
        migrations.upgrade(engine)
    return database


def notify(connection: sa.Connection) -> None:
    """Wake whoever waits for changes, when this transaction commits."""
    # SQLite needs no call: waiters watch its change counter.
    if connection.dialect.name == "postgresql":
        connection.execute(_NOTIFY)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        if _is_duplicate(error):
            raise DuplicateError from None
        # Our own mistake; its text would quote the row.
        name = type(error.orig).__name__
        raise PasserelleError(f"The store refused a row: {name}.") from None
    except DBAPIError:
        # The cause could quote what was being stored.
        raise PasserelleError(_AWAY) from None


def _is_duplicate(error: IntegrityError) -> bool:
    names = ("sqlstate", "sqlite_errorname")
    return any(getattr(error.orig, name, None) in _DUPLICATES for name in names)


def _sqlite(url: str) -> sa.Engine:
    address = sa.make_url(url)
    if address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(address, hide_parameters=True)

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in _SQLITE_PRAGMAS:
            connection.execute(pragma).close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        options = connection.get_execution_options()
        if options.get("plain"):
            return
        # A reader that turns writer half-way would fail under load; take the
        # right to write at once.
        mode = "BEGIN IMMEDIATE" if options.get("writes") else "BEGIN"
        connection.exec_driver_sql(mode)

    return engine


def _postgresql(url: str) -> sa.Engine:
    address = sa.make_url(url).set(drivername="postgresql+psycopg")
    return sa.create_engine(
        address,
        pool_size=5,
        max_overflow=15,
        pool_pre_ping=True,
        pool_use_lifo=True,
        hide_parameters=True,
    )
