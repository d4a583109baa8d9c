"""Passerelle as `make run` starts it, on free ports with data of its own."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.processes import ROOT, VAR, free_ports, running

HOUSE = VAR / "house"
_PORTS = ("CHAT", "DESK", "ENGINE", "ACTION")
# Whoever measures may have other settings; none of them must reach what is measured.
_NEUTRAL = {
    "PASSERELLE_MODE": "demonstration",
    "DATABASE_URL": "",
    "TELEGRAM_BOT_TOKEN": "",
}


@dataclass(frozen=True, slots=True)
class HouseServer:
    """A running house: its first process and where its parts answer."""

    process: subprocess.Popen[bytes]
    page: str
    desk: str


@contextmanager
def house_folder() -> Iterator[Path]:
    """A data folder that lives as long as the measurement."""
    shutil.rmtree(HOUSE, ignore_errors=True)
    HOUSE.mkdir(parents=True)
    try:
        yield HOUSE / "data"
    finally:
        shutil.rmtree(HOUSE / "data", ignore_errors=True)  # the logs stay


def check_seconds() -> float:
    """The other step of `make run`: seen that nothing changed, how long it took.

    Raises:
        subprocess.TimeoutExpired: something changed, or another set-up is at work.
    """
    began = time.monotonic()
    command = ("make", "setup")
    subprocess.run(command, cwd=ROOT, check=True, timeout=20, capture_output=True)
    return time.monotonic() - began


@contextmanager
def house_server(data: Path) -> Iterator[HouseServer]:
    """All processes of the house, started as the last step of `make run` does."""
    ports = dict(zip(_PORTS, free_ports(len(_PORTS)), strict=True))
    environment = {f"PASSERELLE_{name}_PORT": str(n) for name, n in ports.items()}
    environment |= _NEUTRAL | {"PASSERELLE_DATA": str(data)}
    log = HOUSE / "run.log"
    command = (ROOT / ".venv" / "bin" / "passerelle", "run")
    with running(command, folder=ROOT, log=log, environment=environment) as process:
        yield HouseServer(
            process,
            page=f"http://127.0.0.1:{ports['CHAT']}/",
            desk=f"http://127.0.0.1:{ports['DESK']}/",
        )
