"""How often one conversation may press: counted under a keyed hash, in memory."""

import hmac
import secrets
import time
from collections import deque
from collections.abc import Callable, Sequence

# (presses, seconds): fast enough for a person in a hurry, too slow for a machine.
LIMITS = ((100, 10.0), (400, 60.0))
MOST_KEPT = 20_000  # conversations counted at once; the ones quiet longest go first


class Gate:
    """Lets a conversation in unless it floods; keeps no address.

    Counting by hand: the rate-limit library starts a thread for nearly every press
    at a person's pace, which costs more than all the rest of a stop.
    """

    def __init__(
        self,
        limits: Sequence[tuple[int, float]] = LIMITS,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limits = limits
        self._longest = max(seconds for _, seconds in limits)
        self._clock = clock
        self._presses: dict[bytes, deque[float]] = {}
        # Lives and dies with the process: the counts name nobody afterwards.
        self._key = secrets.token_bytes(32)

    def lets_in(self, address: str) -> bool:
        """Whether this conversation may press once more now; the press is counted."""
        name = hmac.digest(self._key, address.encode(), "sha256")
        now = self._clock()
        presses = self._presses.pop(name, None) or deque()
        while presses and presses[0] <= now - self._longest:
            presses.popleft()
        is_let_in = all(
            sum(at > now - seconds for at in presses) < most
            for most, seconds in self._limits
        )
        if is_let_in:
            presses.append(now)
        self._presses[name] = presses  # last in line to be forgotten
        if len(self._presses) > MOST_KEPT:
            self._presses.pop(next(iter(self._presses)))
        return is_let_in
