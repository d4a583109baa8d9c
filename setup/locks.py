"""Remake the hashed lock files from pyproject.toml."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pythons import PROJECT, QUIET, REQUIREMENTS, UV
from step import command, log_path, told

# Where packages were found is the machine's own business: no address may stay.
NO_ADDRESS = ("--no-header", "--no-annotate", "--no-emit-index-url")
# pyproject.toml limits every lock to this; repeated on each line it hides the pins.
ALWAYS = re.compile(
    r" and implementation_name == 'cpython'"
    r"| and platform_python_implementation == 'CPython'"
    r"| and sys_platform == 'linux'"
)
EVERYWHERE = re.compile(r" ; python_full_version < '3\.1[15]'(?= \\$)", re.MULTILINE)


@dataclass(frozen=True)
class Lock:
    """One lock file: what goes into it and the oldest Python it is for."""

    name: str
    wants: Sequence[str | Path]
    python: str = "3.11"


LOCKS = (
    Lock("uv", ["--group", "installer"]),
    Lock("node", ["--group", "node"]),
    Lock("app", [PROJECT, "--override", REQUIREMENTS / "app-overrides.txt"]),
    Lock(
        "test",
        [
            *(PROJECT, "--group", "test", "--group", "lint"),
            *("--constraint", REQUIREMENTS / "app.txt"),
            *("--override", REQUIREMENTS / "app-overrides.txt"),
        ],
    ),
    Lock(
        "engine",
        ["--group", "engine", "--override", REQUIREMENTS / "engine-overrides.txt"],
        python="3.10",
    ),
)


def make_locks(more: Sequence[str]) -> None:
    """Remake every lock; pins stay as they are unless `--upgrade` is given."""
    log_path("locks").unlink(missing_ok=True)
    for lock in LOCKS:
        with told(f"requirements/{lock.name}.txt"):
            _make(lock, more)


def _make(lock: Lock, more: Sequence[str]) -> None:
    path = REQUIREMENTS / f"{lock.name}.txt"
    how = ("--universal", "--generate-hashes", "--quiet", "--no-emit-find-links")
    whole = (*how, *NO_ADDRESS, "--python-version", lock.python, *more)
    words = ("pip", "compile", *whole, "--output-file", path, *lock.wants)
    command("locks", UV, *words, env=QUIET)
    path.write_text(EVERYWHERE.sub("", ALWAYS.sub("", path.read_text())))
