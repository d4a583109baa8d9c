"""How the Telegram loops wake, and do several things side by side."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Generic, TypeVar

from bot.store.changes import Changes

HANDS = 8  # how many persons are served side by side
GRACE_SECONDS = 12  # longer than one send; then the leases take over

_log = logging.getLogger(__name__)
Item = TypeVar("Item")


class Bell:
    """Wakes all who wait: at once for what this process did, soon for others."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self.position = 0

    def ring(self) -> None:
        """Wake them."""
        self.position += 1
        self._rung.set()
        self._rung = asyncio.Event()

    async def wait(self, timeout: float, *, since: int) -> None:
        """Until it has rung since that position, or so many seconds have passed."""
        if since != self.position:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._rung.wait()

    async def listen(self, changes: Changes) -> None:
        """Ring for every commit that others should notice, until cancelled."""
        while True:
            if await changes.wait(30, since=changes.position):
                self.ring()


class Crew(Generic[Item]):
    """Takes up what is due, oldest first, several at a time."""

    def __init__(
        self,
        claim: Callable[[], Item | None],
        work: Callable[[Item], Awaitable[None]],
        bell: Bell,
        glance: float = 1.0,
    ) -> None:
        """Args: glance: seconds after which it looks even if nothing rang."""
        self._claim = claim
        self._work = work
        self._bell = bell
        self._glance = glance
        self._free = asyncio.Semaphore(HANDS)
        self._busy: set[asyncio.Task[None]] = set()
        self._stopping = False

    def stop(self) -> None:
        """Take up nothing more; `run` ends when what is under way is done."""
        self._stopping = True
        self._bell.ring()

    async def run(self) -> None:
        """Work until `stop`."""
        while not self._stopping:
            await self._free.acquire()
            position = self._bell.position
            item = await self._next()
            if item is None:
                self._free.release()
                await self._bell.wait(self._glance, since=position)
            else:
                self._start(item)
        if self._busy:
            await asyncio.wait(self._busy, timeout=GRACE_SECONDS)
        for task in self._busy:
            task.cancel()

    async def _next(self) -> Item | None:
        if self._stopping:
            return None
        try:
            return await asyncio.to_thread(self._claim)
        except Exception as error:  # noqa: BLE001 (the edge of a loop, P13)
            _log.error("nothing could be claimed: %s", type(error).__name__)
            await asyncio.sleep(self._glance)
            return None

    def _start(self, item: Item) -> None:
        task = asyncio.create_task(self._do(item))
        self._busy.add(task)
        task.add_done_callback(self._finish)

    async def _do(self, item: Item) -> None:
        try:
            await self._work(item)
        except Exception as error:  # noqa: BLE001 (its lease brings it back)
            _log.error("work failed: %s", type(error).__name__)

    def _finish(self, task: asyncio.Task[None]) -> None:
        self._busy.discard(task)
        self._free.release()
        self._bell.ring()  # what stood behind it in line may go now
