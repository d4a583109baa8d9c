"""How often one conversation may press: counted under a keyed hash, in memory."""

import hmac
import secrets

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

# Fast enough for a person in a hurry, far too slow for a machine.
LIMITS = "100/10seconds;400/minute"


class Gate:
    """Lets a conversation in unless it floods; keeps no address."""

    def __init__(self, limits: str = LIMITS) -> None:
        self._limits: list[RateLimitItem] = parse_many(limits)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        # Lives and dies with the process: the counts name nobody afterwards.
        self._key = secrets.token_bytes(32)

    def lets_in(self, address: str) -> bool:
        """Whether this conversation may press once more now."""
        name = hmac.digest(self._key, address.encode(), "sha256").hex()
        # Every limit counts the press, also when one before it says no.
        within = [self._limiter.hit(limit, name) for limit in self._limits]
        return all(within)
