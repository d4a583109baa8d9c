"""Do a piece of set-up once, say so in one line, and skip it while nothing changed."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
LOG_LINES_SHOWN = 40
# A shell that stands in another environment must not lend it to ours.
FOREIGN = ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH", "CONDA_PREFIX", "UV_PYTHON")


class Failed(Exception):
    """Set-up cannot go on; the sentence tells the person at the keyboard why."""


@dataclass(frozen=True)
class Step:
    """One piece of set-up: what it says, what decides it, what it leaves behind."""

    name: str
    says: str
    do: Callable[[], None]
    inputs: Callable[[], Iterable[Path]]
    makes: Callable[[], Iterable[Path]]
    salt: str = ""
    stamp: Path | None = None

    def stamp_path(self) -> Path:
        """Where the fingerprint of the last success is kept."""
        return self.stamp or VAR / "setup" / f"{self.name}.stamp"

    def fingerprint(self) -> str:
        """A hash that changes when any input's name or content does."""
        digest = hashlib.sha256(self.salt.encode())
        for path in sorted(self.inputs()):
            digest.update(path.relative_to(ROOT).as_posix().encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    def is_current(self) -> bool:
        """Whether what the step makes is there and made from today's inputs."""
        stamp = self.stamp_path()
        return (
            stamp.is_file()
            and stamp.read_text() == self.fingerprint()
            and all(path.exists() for path in self.makes())
        )

    def run(self) -> None:
        """Do the step unless it is current, with its time on one line."""
        if self.is_current():
            return
        fingerprint = self.fingerprint()
        log_path(self.name).unlink(missing_ok=True)
        with told(self.says):
            self.do()
        write_whole(self.stamp_path(), fingerprint)


@contextlib.contextmanager
def told(says: str) -> Iterator[None]:
    """Print what is being done while it is done, and how long it took."""
    began, over = time.monotonic(), threading.Event()
    shown = f"  {says:<44}"
    _write(shown)
    clock = threading.Thread(target=_count, args=(shown, began, over), daemon=True)
    clock.start()
    ended = "failed"
    try:
        yield
        ended = f"{time.monotonic() - began:6.1f} s"
    finally:
        over.set()
        clock.join()
        _write(f"{_again(shown)}{ended}\n")


def _count(shown: str, began: float, over: threading.Event) -> None:
    """Let the seconds be seen passing, where someone may be watching."""
    while sys.stdout.isatty() and not over.wait(1):
        _write(f"{_again(shown)}{time.monotonic() - began:4.0f}   s")


def _again(shown: str) -> str:
    return f"\r{shown}" if sys.stdout.isatty() else ""


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def command(
    log: str,
    *words: str | Path,
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
    seconds: float | None = None,
) -> None:
    """Run a tool with its output in a log, shown only when the tool fails."""
    path = log_path(log)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as out:
        try:
            code = subprocess.run(
                [str(word) for word in words],
                cwd=cwd,
                env={**clean_environment(), **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                timeout=seconds,
                check=False,
            ).returncode
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Failed(f"{words[0]} did not run: {error}") from None
    if code:
        raise Failed(f"{Path(words[0]).name} ended with {code}.\n{last_lines(path)}")


def answer(*words: str | Path, seconds: float = 30) -> str | None:
    """Return what a tool prints, or None when it is missing or fails."""
    try:
        done = subprocess.run(
            [str(word) for word in words],
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def clean_environment() -> dict[str, str]:
    """The caller's environment without pointers to some other Python."""
    return {key: value for key, value in os.environ.items() if key not in FOREIGN}


def log_path(name: str) -> Path:
    """Where the output of the named piece of set-up goes."""
    return VAR / "log" / f"setup-{name}.log"


def last_lines(path: Path) -> str:
    """The end of a log, with where the rest of it stands."""
    lines = path.read_text(errors="replace").replace("\r", "\n").splitlines()
    shown = "\n".join(f"    {line}" for line in lines[-LOG_LINES_SHOWN:])
    return f"{shown}\n  The whole output: {path.relative_to(ROOT)}"


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    beside.write_text(text)
    beside.replace(path)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Let one set-up work in this checkout at a time."""
    VAR.mkdir(exist_ok=True)
    with (VAR / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.stdout.write("Another set-up is at work here; waiting for it.\n")
            sys.stdout.flush()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
