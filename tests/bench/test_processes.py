"""What the bench starts it also ends, children included, and weighs whole."""

import sys
import time
from pathlib import Path

from bench.processes import descendants, free_ports, memory_megabytes, running

MEGABYTES = 60
CHILD = f"x = b'1' * {MEGABYTES} * 1024 * 1024; import time; time.sleep(60)"
PARENT = (
    "import subprocess, sys, time;"
    f"subprocess.Popen([sys.executable, '-c', {CHILD!r}], start_new_session=True);"
    "time.sleep(60)"
)


def test_children_in_groups_of_their_own_are_weighed_and_ended(tmp_path: Path):
    log = tmp_path / "log"
    command = (sys.executable, "-c", PARENT)
    with running(command, folder=tmp_path, log=log, environment={}) as process:
        deadline = time.monotonic() + 20
        while memory_megabytes(process.pid) < MEGABYTES:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        family = [process.pid, *descendants(process.pid)]
        assert len(family) == 2
    deadline = time.monotonic() + 10
    while any(_runs(pid) for pid in family):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        )
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_free_ports_differ():
    ports = free_ports(4)
    assert len(set(ports)) == 4
