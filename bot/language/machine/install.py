"""Installs packages: checked, unpacked and tried before anybody can meet them."""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.errors import PasserelleError
from bot.language.machine.codes import own_tag
from bot.language.machine.engine import PackageFailedError
from bot.language.machine.index import Offer, Patience, Progress, fetch
from bot.language.machine.packages import (
    all_packages,
    find_packages,
    folder_name,
    order_of,
    remove_folder,
)
from bot.language.machine.pins import NotPinnedError, Pins, WrongHashError
from bot.language.machine.routes import Direction
from bot.language.machine.unpack import BadPackageError, unpacked

_DOWNLOADS = ".downloads"
_LEFT_OVER = (".new-*", ".old-*")
Try = Callable[[Path, str], None]  # a folder and a language: raises if it is no good


@dataclass(frozen=True, slots=True)
class Installer:
    """Puts packages into one folder, where running translators find them.

    Args:
        try_package: translates a sentence with an unpacked package, or raises.
    """

    folder: Path
    pins: Path
    try_package: Try
    patience: Patience

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let one installation work in this folder at a time, and tidy it first."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise PasserelleError(
                    f"Another command is at work in {self.folder}; try again later."
                ) from None
            for pattern in _LEFT_OVER:
                for path in self.folder.glob(pattern):
                    shutil.rmtree(path, ignore_errors=True)
            yield

    def holds(self, offer: Offer) -> bool:
        """Whether this package, or a newer one of its direction, is there already."""
        held = find_packages(self.folder).get(offer.direction)
        return held is not None and order_of(held.version) >= order_of(offer.version)

    def install(self, offer: Offer, progress: Progress) -> None:
        """Fetch a package of the index and put it in place.

        Raises:
            PasserelleError: it is not in place; what was there before still is.
        """
        downloads = self.folder / _DOWNLOADS
        downloads.mkdir(exist_ok=True)
        archive = fetch(offer, downloads, self.patience, progress)
        try:
            self._put(archive, (*offer.direction, offer.version))
        except NotPinnedError:
            raise  # kept: once it is pinned, it need not be fetched again
        except (BadPackageError, PackageFailedError, WrongHashError):
            archive.unlink()
            raise
        archive.unlink()
        with contextlib.suppress(OSError):
            downloads.rmdir()

    def take_in(self, archive: Path) -> tuple[Direction, str]:
        """Put a package in place that somebody brought as a file.

        Raises:
            PasserelleError: it is not in place; what was there before still is.
        """
        return self._put(archive, None)

    def remove(self, directions: Iterable[Direction]) -> int:
        """Take away every version of these directions; how many were there."""
        wanted = set(directions)
        found = [one for one in all_packages(self.folder) if one.direction in wanted]
        for package in found:
            remove_folder(package.folder)
        return len(found)

    def _put(
        self, archive: Path, expected: tuple[str, str, str] | None
    ) -> tuple[Direction, str]:
        Pins(self.pins).check(archive.name, archive)
        with unpacked(archive, self.folder) as (root, (source, target, version)):
            direction = own_tag(source), own_tag(target)
            if expected not in (None, (*direction, version)):
                raise BadPackageError(
                    f"{archive.name} holds {source} to {target} {version}, which is"
                    " not what the index says."
                )
            try:
                self.try_package(root, direction[0])
            except PackageFailedError:
                raise PackageFailedError(
                    f"{archive.name} is not installed: it does not translate."
                ) from None
            self._swap(root, folder_name(source, target, version), direction)
        return direction, version

    def _swap(self, root: Path, name: str, direction: Direction) -> None:
        """From now on whoever looks finds the new one; then the old ones go."""
        place = self.folder / name
        if place.exists():
            remove_folder(place)
        os.sync()  # a power cut must not leave a package with empty files
        root.rename(place)
        for package in list(all_packages(self.folder)):
            if package.direction == direction and package.folder != place:
                remove_folder(package.folder)
