"""The whole of Passerelle as `make run` starts it, on ports and data of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PASSERELLE = Path(sys.executable).parent / "passerelle"
READY_SECONDS = 120
ACCOUNT = re.compile(r"^  (\S+)\s+name (\S+)\s+password (\S+)$", re.MULTILINE)
READY = re.compile(r"^  (\w+) ready after ([\d.]+) s$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Running:
    """A running house: where it answers, and who may sign in."""

    process: subprocess.Popen[bytes]
    output: Path
    data: Path
    chat: str
    desk: str
    engine: str
    environment: dict[str, str]

    @property
    def said(self) -> str:
        return self.output.read_text()

    @property
    def accounts(self) -> dict[str, tuple[str, str]]:
        """Name and password by centre."""
        return {
            centre: (name, word) for centre, name, word in ACCOUNT.findall(self.said)
        }

    @property
    def ready_after(self) -> dict[str, float]:
        """Seconds until each process answered."""
        return {name: float(seconds) for name, seconds in READY.findall(self.said)}

    @property
    def logs(self) -> str:
        return "".join(p.read_text() for p in (self.data.parent / "log").glob("*.log"))


@contextmanager
def start_house(folder: Path, **settings: str) -> Iterator[Running]:
    """Run until the end of the block; then everything must end by itself."""
    chat, desk, engine, action = _free_ports(4)
    environment = {
        "PASSERELLE_DATA": str(folder / "data"),
        "PASSERELLE_CHAT_PORT": str(chat),
        "PASSERELLE_DESK_PORT": str(desk),
        "PASSERELLE_ENGINE_PORT": str(engine),
        "PASSERELLE_ACTION_PORT": str(action),
        **settings,
    }
    output = folder / "output.txt"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [PASSERELLE, "run"],
            cwd=ROOT,
            env=dict(os.environ) | environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )
    house = Running(
        process,
        output,
        folder / "data",
        f"http://127.0.0.1:{chat}/",
        f"http://127.0.0.1:{desk}/",
        f"http://127.0.0.1:{engine}",
        environment,
    )
    try:
        _wait_until_ready(house)
        yield house
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def processes_of(house: Running) -> list[str]:
    """Command lines of the house's processes that still run."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                environment = (entry / "environ").read_bytes()
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            port = house.environment["PASSERELLE_ENGINE_PORT"].encode()
            ours = str(house.data).encode() in environment  # the engine is told less
            if ours or b"--port\0" + port in command:
                found.append(command.replace(b"\0", b" ").decode())
    return found


def _wait_until_ready(house: Running) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while "Everything runs" not in house.said:
        assert house.process.poll() is None, house.said
        assert time.monotonic() < deadline, house.said + house.logs
        time.sleep(0.1)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
