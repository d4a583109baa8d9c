"""The tables are those of this release; what is deleted is gone from the disk."""

import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from subprocess import run

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import StatementError

from bot.errors import PasserelleError
from bot.store import migrations
from bot.store.database import DuplicateError, open_database
from bot.store.schema import case_message, centre, metadata


def test_the_migrations_end_where_the_code_expects():
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    folder = Path(migrations.__file__).parent
    config.set_main_option("script_location", str(folder))
    assert ScriptDirectory.from_config(config).get_heads() == [migrations.HEAD]


def test_the_migrated_tables_are_those_of_the_schema(database):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_opening_an_up_to_date_database_needs_no_alembic(sqlite_url):
    code = f"""
import sys
from bot.store.database import open_database
open_database({sqlite_url!r})
assert "alembic" not in sys.modules
"""
    assert run([sys.executable, "-c", code], check=False).returncode == 0


def test_two_processes_may_start_on_a_new_database_together(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    url = f"sqlite:///{tmp_path}/new/passerelle.db"
    with ThreadPoolExecutor(2) as pool:
        databases = list(pool.map(open_database, [url, url]))
    for one in databases:
        assert sa.inspect(one.engine).has_table("conversation")
        one.close()


def test_a_database_that_is_away_says_so_without_its_address():
    url = "postgresql://someone:secret@127.0.0.1:1/nowhere"
    with pytest.raises(PasserelleError) as caught:
        open_database(url)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_times_come_back_aware_and_in_utc(database, noon):
    brussels = noon.astimezone(timezone(timedelta(hours=2)))
    with database.write() as connection:
        connection.execute(centre.insert(), {"id": "surya", "created_at": brussels})
    with database.read() as connection:
        stored = connection.execute(sa.select(centre.c.created_at)).scalar()
    assert stored == noon
    assert stored.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(database):
    naive = datetime(2030, 5, 4)  # noqa: DTZ001
    row = {"id": "surya", "created_at": naive}
    with pytest.raises(StatementError), database.write() as connection:
        connection.execute(centre.insert(), row)


def test_a_failed_write_leaves_nothing(database, noon):
    rows = [{"id": "surya", "created_at": noon}] * 2
    with pytest.raises(DuplicateError), database.write() as connection:
        connection.execute(centre.insert(), rows)
    with database.read() as connection:
        assert connection.execute(centre.select()).all() == []


def bytes_on_disk(database):
    path = Path(database.engine.url.database)
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_erased_words_are_not_left_on_the_disk(person, new_case, database):
    """Sealed as they are: nothing may wait on the disk for a stolen key."""
    case = new_case()
    person.turn("handover.done", new_case=case)
    for n in range(50):
        person.turn(sealed_words=b"sealed words of the person %d" % n)
    secrets = (case.sealed_key, b"sealed words of the person", case.sealed_text)
    assert all(secret in bytes_on_disk(database) for secret in secrets)
    person.turn("withdraw.done", erase_case=True)
    for secret in secrets:
        assert secret not in bytes_on_disk(database)


def test_an_error_of_the_database_quotes_no_value(database):
    with pytest.raises(PasserelleError) as caught, database.write() as connection:
        connection.execute(case_message.insert(), {"author": "sunflower"})
    assert "sunflower" not in str(caught.value)
