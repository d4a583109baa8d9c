"""Counts sign-in attempts by a keyed hash of the name, so that no name is kept."""

import hmac

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

SIGN_IN_ATTEMPTS = "10/10minutes"


class Throttle:
    """Lets a few attempts through per name, then none until the time is over."""

    def __init__(self, secret: bytes, rate: str = SIGN_IN_ATTEMPTS) -> None:
        self._secret = secret
        self._rate: RateLimitItem = parse(rate)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def allow(self, name: str) -> bool:
        """Count one attempt; False if it is one too many."""
        return self._limiter.hit(self._rate, self._key(name))

    def forgive(self, name: str) -> None:
        """Forget the attempts before one that was right."""
        self._limiter.clear(self._rate, self._key(name))

    def _key(self, name: str) -> str:
        told = b"attempt\0" + name.encode()
        return hmac.digest(self._secret, told, "sha256").hex()
