"""Servers under measurement: started as their users would, stopped whole."""

import contextlib
import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var" / "bench"
GRACE_SECONDS = 15


@contextlib.contextmanager
def running(
    command: Sequence[str | Path],
    *,
    folder: Path,
    log: Path,
    environment: Mapping[str, str],
) -> Iterator[subprocess.Popen[bytes]]:
    """A server's first process, which ends, with its children, at the end."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    family = [process.pid, *descendants(process.pid)]
    for number in (signal.SIGTERM, signal.SIGKILL):
        for group in family if number == signal.SIGKILL else family[:1]:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(group, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_SECONDS)


def free_ports(count: int) -> list[int]:
    """Loopback ports that nothing listens on."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def descendants(pid: int) -> list[int]:
    """All processes below this one, whatever their group."""
    parents = dict(_parents())
    found: list[int] = []
    for child, parent in parents.items():
        if parent == pid:
            found += [child, *descendants(child)]
    return found


def memory_megabytes(pid: int) -> float:
    """Memory of a process and all below it; what they share is counted once."""
    kilobytes = sum(_proportional(one) for one in (pid, *descendants(pid)))
    return kilobytes / 1024


def _proportional(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def _parents() -> Iterator[tuple[int, int]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                # The name, in brackets, may hold spaces; the rest does not.
                rest = (folder / "stat").read_text().rpartition(")")[2].split()
                yield int(folder.name), int(rest[1])
