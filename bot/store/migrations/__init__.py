"""Bringing an older database up to date; instant when there is nothing to do."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

HEAD = "0003"  # a test keeps this equal to the newest file in versions/
_LOCK = 7_277_537  # PostgreSQL advisory lock: one process migrates, others wait
_CURRENT = sa.text("SELECT version_num FROM alembic_version")


def upgrade(engine: sa.Engine) -> None:
    """Make the tables those of this release, whatever release made them."""
    if _revision(engine) != HEAD:
        _run(engine)


def _revision(engine: sa.Engine) -> str | None:
    try:
        with engine.connect() as connection:
            return connection.execute(_CURRENT).scalar()
    except DBAPIError:
        return None  # a new database; one that is away will say so in _run


def _run(engine: sa.Engine) -> None:
    # Slow to import, and only needed here.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    with engine.connect() as connection:
        connection = connection.execution_options(writes=True)
        with connection.begin():
            if connection.dialect.name == "postgresql":
                lock = sa.text("SELECT pg_advisory_xact_lock(:lock)")
                connection.execute(lock, {"lock": _LOCK})
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
