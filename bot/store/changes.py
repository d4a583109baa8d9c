"""Noticing what other processes committed, without asking the tables all the time."""

import asyncio
from collections.abc import AsyncIterator

import psycopg

from bot.store.database import CHANNEL, Database

_GLANCE_SECONDS = 0.2
_RECONNECT_SECONDS = 1.0


class Changes:
    """Wakes all who wait, after each commit that others should notice.

    Note `position` before looking at the tables, then wait for what came since:
    nothing is missed between the look and the wait. It may wake without cause.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._watcher: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self.position = 0

    async def wait(self, timeout: float, *, since: int | None = None) -> bool:
        """True as soon as something changed; False after so many seconds."""
        if self._watcher is None or self._watcher.done():
            self._watcher = asyncio.create_task(self._watch())
        if since is not None and since != self.position:
            return True
        try:
            await asyncio.wait_for(self._changed.wait(), timeout)
        except TimeoutError:
            return False
        return True

    async def close(self) -> None:
        """Stop watching."""
        if self._watcher is not None:
            self._watcher.cancel()
            await asyncio.gather(self._watcher, return_exceptions=True)

    async def _watch(self) -> None:
        is_sqlite = self._database.is_sqlite
        signals = self._glance if is_sqlite else self._listen
        async for _ in signals():
            self.position += 1
            self._changed.set()
            self._changed = asyncio.Event()

    async def _glance(self) -> AsyncIterator[None]:
        # SQLite's counter of commits by other connections; this one commits nothing.
        connection = self._database.engine.raw_connection()
        try:
            seen = None
            while True:
                (version,) = (
                    connection.cursor().execute("PRAGMA data_version").fetchone()
                )
                if version != seen:
                    yield
                seen = version
                await asyncio.sleep(_GLANCE_SECONDS)
        finally:
            connection.close()

    async def _listen(self) -> AsyncIterator[None]:
        url = self._database.engine.url.set(drivername="postgresql")
        address = url.render_as_string(hide_password=False)
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    address, autocommit=True
                ) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    yield  # what was committed before we listened
                    async for _ in connection.notifies():
                        yield
            except psycopg.Error:
                # Waiters run into their time-out meanwhile, and look by themselves.
                await asyncio.sleep(_RECONNECT_SECONDS)
