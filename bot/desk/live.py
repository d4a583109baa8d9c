"""The stream that tells an open page that something changed, and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

from bot.desk.calls import Call
from bot.store.cases import fingerprint_cases
from bot.store.colleagues import find_session

BEAT_SECONDS = 15  # so that page and server notice a dead line
FOLD_SECONDS = 0.2  # many commits in one moment are one piece of news
_CHANGED = b'{"event": "changed"}\n'
_STILL = b'{"event": "still"}\n'


async def tell_changes(call: Call) -> AsyncIterator[bytes]:
    """One line per change in the caller's cases, until the session ends."""
    changes = call.parts.changes
    position = changes.position
    seen = await asyncio.to_thread(_look, call)
    yield _STILL
    while seen is not None:
        if await changes.wait(BEAT_SECONDS, since=position):
            await asyncio.sleep(FOLD_SECONDS)
        position = changes.position
        now = await asyncio.to_thread(_look, call)
        if now is None:
            return
        yield _STILL if now == seen else _CHANGED
        seen = now


def _look(call: Call) -> bytes | None:
    """A value that stands for what the caller can see now; None once signed out.

    Listening is not use: it must not keep a forgotten page signed in.
    """
    parts = call.parts
    idle = timedelta(minutes=parts.idle_minutes)
    with parts.database.read() as connection:
        who = find_session(connection, call.token, now=parts.clock(), idle=idle)
        if who is None:
            return None
        return fingerprint_cases(
            connection, centre_id=who.centre_id, colleague_id=who.id
        )
