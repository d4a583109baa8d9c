"""Installed packages, an index that offers more, and an operator's list of hashes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.language.machine.index import Offer, Patience, read_index
from bot.language.machine.install import Installer
from bot.language.machine.trial import try_package
from tests.package_index import PackageIndex, package_index, pin

QUICK = Patience(silence_seconds=0.5, index_seconds=1.0)


@dataclass(frozen=True)
class House:
    """One house's packages and what it is told about them."""

    folder: Path
    pins: Path
    installer: Installer

    def install(self, offer: Offer) -> list[tuple[int, int]]:
        """Install an offer; the progress that was told."""
        told: list[tuple[int, int]] = []
        with self.installer.alone():
            self.installer.install(offer, lambda *step: told.append(step))
        return told

    def take_in(self, path: Path) -> None:
        with self.installer.alone():
            self.installer.take_in(path)

    @property
    def names(self) -> set[str]:
        """Everything that lies in the folder, but for the lock."""
        return {path.name for path in self.folder.iterdir()} - {".lock"}


def try_nothing(_folder: Path, _language: str) -> None:
    """For the tests that are not about what is inside."""


def try_really(folder: Path, _language: str) -> None:
    try_package(folder, "Bonjour.")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return _house(tmp_path, try_nothing)


@pytest.fixture
def real_house(tmp_path: Path) -> House:
    """It tries what it installs."""
    return _house(tmp_path, try_really)


def _house(path: Path, trial: Callable[[Path, str], None]) -> House:
    folder, pins = path / "languages", path / "pins.txt"
    return House(folder, pins, Installer(folder, pins, trial, QUICK))


@pytest.fixture
def index() -> Iterator[PackageIndex]:
    with package_index() as found:
        yield found


@pytest.fixture
def offer_of(house: House, index: PackageIndex) -> Callable[[Path], Offer]:
    """Puts a file on the index and on the operator's list; the offer to install."""

    def make(path: Path) -> Offer:
        index.offer(path)
        pin(house.pins, path)
        found = read_index(index.address, QUICK)
        return next(one for one in found.values() if one.name == path.name)

    return make


@pytest.fixture(scope="session")
def packages(all_packages: Path) -> Path:
    """All the tiny packages, installed; to be read only."""
    return all_packages
