"""Keeps loaded what is in use, and lets go of what was not used for longest."""

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@dataclass(slots=True)
class _Place(Generic[Value]):
    lock: Lock = field(default_factory=Lock)
    value: Value | None = None


class Warm(Generic[Key, Value]):
    """At most so many values, each loaded once, whoever asks and however many ask.

    What is let go is freed when the last one who works with it has finished.
    """

    def __init__(self, load: Callable[[Key], Value], most: int) -> None:
        self._load = load
        self._most = most
        self._lock = Lock()
        self._places: dict[Key, _Place[Value]] = {}  # the latest used is the last

    def get(self, key: Key) -> Value:
        """The value of this key, loaded now if it is not there."""
        with self._lock:
            place = self._places.pop(key, None) or _Place()
            self._places[key] = place
            while len(self._places) > self._most:
                del self._places[next(iter(self._places))]
        with place.lock:
            if place.value is None:
                place.value = self._load(key)
            return place.value

    def keep_only(self, keys: Collection[Key]) -> None:
        """Let go of all others."""
        with self._lock:
            for key in [one for one in self._places if one not in keys]:
                del self._places[key]

    def clear(self) -> None:
        """Let go of everything."""
        self.keep_only(())

    def __len__(self) -> int:
        return sum(place.value is not None for place in self._places.values())
