"""Unpacks a package file beside the others; nothing it holds can reach further."""

import re
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from bot.errors import PasserelleError
from bot.language.machine.packages import read_metadata

MOST_BYTES = 3 * 1024**3
_MOST_FILES = 10_000
_ROOM_LEFT = 100 * 1024**2  # on the disk, for everybody else
_CHUNK = 1024 * 1024
# What a translation needs. Packages also bring sentence splitters of their own,
# some as pickles: those stay in the archive.
_NEEDED = re.compile(
    r"metadata\.json|README\.md|LICEN[CS]E(?:\.\w+)?|sentencepiece\.model|bpe\.model"
    r"|model/(?:config\.json|model\.bin|\w*vocabulary\.(?:json|txt))"
)
_REQUIRED = ("metadata.json", "model/model.bin")
_TOKENIZERS = ("sentencepiece.model", "bpe.model")


class BadPackageError(PasserelleError):
    """A file is not a translation package that may be unpacked; it says why."""

    sentence = "This is not a translation package."


@contextmanager
def unpacked(
    archive: Path, folder: Path
) -> Iterator[tuple[Path, tuple[str, str, str]]]:
    """The package in a folder of its own, with its languages and version.

    Whoever wants to keep it moves the folder; what is still there at the end goes.

    Raises:
        BadPackageError: it is none, or it reaches where it should not.
    """
    with tempfile.TemporaryDirectory(prefix=".new-", dir=folder) as made:
        root = Path(made) / "package"
        try:
            with zipfile.ZipFile(archive) as opened:
                _extract(_choose(opened, archive.name, folder), opened, root)
            told = read_metadata((root / "metadata.json").read_bytes())
        except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
            raise BadPackageError(
                f"{archive.name} is no archive, or damaged."
            ) from error
        except (ValueError, RecursionError) as error:
            raise BadPackageError(f"{archive.name}: its metadata is unfit.") from error
        except OSError as error:
            raise BadPackageError(f"{archive.name}: {error.strerror}.") from error
        yield root, told


def _choose(
    opened: zipfile.ZipFile, name: str, folder: Path
) -> dict[str, zipfile.ZipInfo]:
    """What to unpack, by its name within the package's one folder."""
    entries = opened.infolist()
    roots = {_safe_parts(entry, name)[0] for entry in entries}
    if len(entries) > _MOST_FILES or len(roots) != 1:
        raise BadPackageError(f"{name}: a package has one folder at its root.")
    files = [entry for entry in entries if not entry.is_dir()]
    inside = [(_path_inside(entry), entry) for entry in files]
    chosen = {path: entry for path, entry in inside if _NEEDED.fullmatch(path)}
    if len(chosen) != sum(_NEEDED.fullmatch(path) is not None for path, _ in inside):
        raise BadPackageError(f"{name} holds a file twice.")
    if not chosen.keys() >= set(_REQUIRED) or not chosen.keys() & set(_TOKENIZERS):
        raise BadPackageError(f"{name} lacks what a translation package needs.")
    size = sum(entry.file_size for entry in chosen.values())
    if size > MOST_BYTES:
        raise BadPackageError(f"{name} is larger than any package.")
    if size + _ROOM_LEFT > shutil.disk_usage(folder).free:
        raise BadPackageError(f"{name}: the disk has no room for it.")
    return chosen


def _safe_parts(entry: zipfile.ZipInfo, name: str) -> tuple[str, ...]:
    """The parts of an entry's name, which lead nowhere but down."""
    parts = PurePosixPath(entry.filename).parts
    kind = stat.S_IFMT(entry.external_attr >> 16)
    climbs = entry.filename.startswith("/") or ".." in parts or "\\" in entry.filename
    if not parts or climbs or kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise BadPackageError(f"{name} reaches out of its own folder.")
    return parts


def _path_inside(entry: zipfile.ZipInfo) -> str:
    return "/".join(PurePosixPath(entry.filename).parts[1:])


def _extract(
    chosen: dict[str, zipfile.ZipInfo], opened: zipfile.ZipFile, root: Path
) -> None:
    for path, entry in chosen.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with opened.open(entry) as source, target.open("xb") as file:
            _copy(source, file, entry.file_size)


def _copy(source: IO[bytes], file: IO[bytes], size: int) -> None:
    """Copy no more than the archive said there was, whatever unpacks from it."""
    while chunk := source.read(_CHUNK):
        size -= len(chunk)
        if size < 0:
            raise zipfile.BadZipFile("longer than it said")
        file.write(chunk)
