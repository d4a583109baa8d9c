"""Links as the channels meet them: looked up, never written to when they are opened."""

import asyncio
import logging
import secrets
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.intake.conversation import FACTS, Channel
from bot.intake.ports import Clock
from bot.outreach.links import region_of, week_of
from bot.store.database import Database
from bot.store.links import LiveLink, add_opens, find_live

# Openings wait in memory for so long, so that the time at which a count goes up says
# nothing of who came. A crash loses them: a count is worth less than a person.
SHORTEST_WAIT, LONGEST_WAIT = 30 * 60, 90 * 60

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WaysIn:
    """The links of one chat process, and the openings not yet added up."""

    database: Database
    clock: Clock
    _opens: Counter[tuple[str, str]] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    async def find(self, code: str, channel: Channel) -> LiveLink | None:
        """The link of this code if it works; it makes no difference why not."""
        return await asyncio.to_thread(self._find, code, channel)

    def note_opening(self, link: LiveLink) -> None:
        """Count a conversation that began; nothing of it is remembered."""
        self._add({(link.id, week_of(self.clock())): 1})

    def add_up(self) -> None:
        """Store what was counted since, all of it at once."""
        with self._lock:
            opens = dict(self._opens)
            self._opens.clear()
        if not opens:
            return
        try:
            with self.database.write() as connection:
                add_opens(connection, opens, now=self.clock())
        except Exception:
            self._add(opens)
            raise
        self.database.shred()

    async def keep_adding_up(self) -> None:
        """Add up now and then, at times that nobody can foresee."""
        while True:
            wait = SHORTEST_WAIT + secrets.randbelow(LONGEST_WAIT - SHORTEST_WAIT)
            await asyncio.sleep(wait)
            await self.add_up_safely()

    async def add_up_safely(self) -> None:
        """Add up; a store that is away is tried again the next time."""
        try:
            await asyncio.to_thread(self.add_up)
        except Exception as error:  # noqa: BLE001 (counts must not end a process)
            _log.error("openings are not added up: %s", type(error).__name__)

    def _add(self, opens: Mapping[tuple[str, str], int]) -> None:
        with self._lock:
            self._opens.update(opens)

    def _find(self, code: str, channel: Channel) -> LiveLink | None:
        with self.database.read() as connection:
            return find_live(connection, code, channel=channel.value, now=self.clock())


def region_named_by(link: LiveLink) -> str | None:
    """The region that this link answers the question for."""
    region = region_of(link.centre_id, link.region)
    return region if region in FACTS["region"] else None
