"""The operator's list of packages to trust: one SHA-256 and one name on each line."""

import hashlib
import re
from pathlib import Path

from bot.errors import PasserelleError

_LINE = re.compile(r"([0-9a-f]{64})  ?\*?([\w.+-]+)")  # as sha256sum writes it


class NotPinnedError(PasserelleError):
    """A package that the operator has not vouched for; it says how to.

    Args:
        line: what to add to the list once the hash is confirmed.
    """

    def __init__(self, name: str, seen: str, pins: Path) -> None:
        self.line = f"{seen}  {name}"
        super().__init__(
            f"{name} is not installed: it is not in your list of pinned packages."
            f" SHA-256 seen: {seen}. Compare it with one from another source; if they"
            f" are the same, add this line to {pins} and try again:\n{self.line}"
        )


class WrongHashError(PasserelleError):
    """What came is not what was pinned."""

    def __init__(self, name: str, seen: str, pinned: str) -> None:
        super().__init__(
            f"{name} is not installed: its SHA-256 is {seen}, but {pinned} is pinned."
            " The download was thrown away."
        )


class Pins:
    """The list in this file; a list that is not there pins nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._by_name = _read(path)

    def check(self, name: str, file: Path) -> None:
        """Raise NotPinnedError or WrongHashError unless the file is what was pinned."""
        seen = hash_file(file)
        pinned = self._by_name.get(name)
        if pinned is None:
            raise NotPinnedError(name, seen, self._path)
        if seen != pinned:
            raise WrongHashError(name, seen, pinned)


def hash_file(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    pins: dict[str, str] = {}
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(map(str.strip, lines), start=1):
        if not line or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if found is None or pins.get(found[2], found[1]) != found[1]:
            raise PasserelleError(
                f"{path}, line {number}: not a SHA-256 and a package's name, or the"
                " second hash for one name."
            )
        pins[found[2]] = found[1]
    return pins
