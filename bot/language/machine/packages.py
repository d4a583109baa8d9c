"""The translation packages of this house, as they lie in their folder."""

import contextlib
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.language.machine.codes import CODE, own_tag

# What is being unpacked or thrown away begins with a dot: it is no package.
_FOLDER = re.compile(r"translate-[a-z]")
VERSION = re.compile(r"\d{1,4}(?:\.\d{1,4}){0,3}")


@dataclass(frozen=True, slots=True)
class Package:
    """One installed package; another copy of the same version is another package.

    Args:
        source: our tag of the language that it translates from.
    """

    folder: Path
    source: str
    target: str
    version: str
    made: int  # nanoseconds: when this copy was unpacked

    @property
    def direction(self) -> tuple[str, str]:
        return self.source, self.target

    @property
    def megabytes(self) -> float:
        """What it takes on the disk."""
        files = (path for path in self.folder.rglob("*") if path.is_file())
        return sum(path.stat().st_size for path in files) / 1e6


def find_packages(folder: Path) -> dict[tuple[str, str], Package]:
    """The newest package of each direction; a folder that is none spoils nothing."""
    found: dict[tuple[str, str], Package] = {}
    for package in all_packages(folder):
        held = found.get(package.direction)
        if held is None or order_of(package.version) > order_of(held.version):
            found[package.direction] = package
    return found


def all_packages(folder: Path) -> Iterator[Package]:
    """Every package of the folder, also an old version that was left behind."""
    with contextlib.suppress(FileNotFoundError):
        for path in sorted(folder.iterdir()):
            if _FOLDER.match(path.name) and (package := _read(path)) is not None:
                yield package


def broken_folders(folder: Path) -> list[Path]:
    """What looks like a package and cannot be read as one."""
    if not folder.is_dir():
        return []
    named = (path for path in sorted(folder.iterdir()) if _FOLDER.match(path.name))
    return [path for path in named if _read(path) is None]


def read_metadata(text: str | bytes) -> tuple[str, str, str]:
    """Both languages by Argos code, and the version, of a package's metadata.json.

    Raises:
        ValueError: they are missing or malformed.
    """
    read = json.loads(text)
    told = read if isinstance(read, dict) else {}
    kind = told.get("type", "translate")
    source, target = str(told.get("from_code")), str(told.get("to_code"))
    version = str(told.get("package_version"))
    codes_fit = CODE.fullmatch(source) and CODE.fullmatch(target) and source != target
    if kind != "translate" or not codes_fit or not VERSION.fullmatch(version):
        raise ValueError("metadata")
    return source, target, version


def order_of(version: str) -> tuple[int, ...]:
    """Sorts versions: 1.10 is newer than 1.9."""
    return tuple(int(part) for part in version.split("."))


def folder_name(source: str, target: str, version: str) -> str:
    """What a package's folder is called; no name of another package collides."""
    return f"translate-{source}_{target}-{version.replace('.', '_')}"


def remove_folder(path: Path) -> None:
    """Take a package away: at once for whoever looks, then from the disk."""
    aside = path.with_name(f".old-{path.name}")
    shutil.rmtree(aside, ignore_errors=True)
    path.rename(aside)
    shutil.rmtree(aside)


def _read(path: Path) -> Package | None:
    metadata = path / "metadata.json"
    try:
        source, target, version = read_metadata(metadata.read_bytes())
        made = metadata.stat().st_mtime_ns
    except (OSError, ValueError, RecursionError):
        return None
    return Package(path, own_tag(source), own_tag(target), version, made)
