"""Translates a text over the packages of this house, and vouches for no word of it."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any

from bot.errors import PasserelleError
from bot.language.machine.engine import TooSlowError, Translates
from bot.language.machine.guards import find_fault
from bot.language.machine.packages import Package, find_packages
from bot.language.machine.routes import Direction, find_via, find_ways
from bot.language.machine.sentences import has_letters
from bot.language.machine.text import ENGINE, MachineText
from bot.language.machine.warm import Warm

ABSENT, SLOW = "absent", "slow"
# A folder that changed a moment ago may change again within the same clock tick.
_SETTLED_SECONDS = 2.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one text: machine text, or in one word why there is none."""

    source: str
    target: str
    text: MachineText | None = None
    via: tuple[str, ...] = ()
    failed: str | None = None

    def as_json(self) -> Mapping[str, Any]:
        """The answer as the desk reads it."""
        return {
            "text": None if self.text is None else self.text.words,
            "engine": ENGINE,
            "from": self.source,
            "to": self.target,
            "via": list(self.via),
            "failed": self.failed,
        }


class Bridge:
    """All the packages of one folder; notices by itself when they change."""

    def __init__(
        self, folder: Path, load: Callable[[Path], Translates], most: int
    ) -> None:
        """Args: most: packages kept in memory."""
        self._folder = folder
        self._warm: Warm[Package, Translates] = Warm(
            lambda package: load(package.folder), most
        )
        self._lock = Lock()
        self._packages: Mapping[Direction, Package] = {}
        self._read_at = (0, 0.0)

    def ways(self) -> list[Mapping[str, Any]]:
        """Every direction that can be translated now, as the desk reads it."""
        packages = self._current()
        return [
            {
                "from": source,
                "to": target,
                "via": list(via),
                "version": "+".join(
                    packages[step].version for step in _steps(source, via, target)
                ),
            }
            for (source, target), via in find_ways(packages.keys()).items()
        ]

    def translate(self, text: str, source: str, target: str, deadline: float) -> Answer:
        """The text in the other language, or why not; never raises for a text.

        Args:
            deadline: of time.monotonic(); no further sentence is begun.
        """
        packages = self._current()
        via = find_via(packages.keys(), source, target)
        if via is None:
            return Answer(source, target, failed=ABSENT)
        words = text
        for step in _steps(source, via, target) if has_letters(text) else ():
            try:
                words = self._warm.get(packages[step]).translate(words, deadline)
            except TooSlowError:
                return Answer(source, target, via=via, failed=SLOW)
            except (PasserelleError, MemoryError) as error:
                _log.error("a package failed: %s", type(error).__name__)
                self._warm.clear()  # what did not fit may fit next time
                return Answer(source, target, via=via, failed=ABSENT)
        return _judge(text, words, Answer(source, target, via=via))

    @property
    def warm(self) -> int:
        """How many packages are in memory."""
        return len(self._warm)

    def _current(self) -> Mapping[Direction, Package]:
        """The packages as they lie in the folder now."""
        with self._lock:
            changed, read = self._read_at
            latest = _changed_at(self._folder)
            if latest != changed or read - latest / 1e9 < _SETTLED_SECONDS:
                # The clock first: what changes while we read is read again.
                self._read_at = latest, time.time()
                self._packages = find_packages(self._folder)
                self._warm.keep_only(set(self._packages.values()))
            return self._packages


def _judge(source_text: str, words: str, answer: Answer) -> Answer:
    """The answer with the words, unless something about them is visibly wrong."""
    source, target, via = answer.source, answer.target, answer.via
    if has_letters(source_text):
        fault = find_fault(source_text, words, source, target)
        if fault is not None:
            return Answer(source, target, via=via, failed=str(fault))
    text = MachineText(words, source, target, via)
    return Answer(source, target, text=text, via=via)


def _steps(source: str, via: tuple[str, ...], target: str) -> list[Direction]:
    places = (source, *via, target)
    return list(pairwise(places))


def _changed_at(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0
