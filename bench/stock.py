"""Stock Rasa: the starter project of `rasa init`, untouched, on its REST channel."""

import hashlib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.processes import ROOT, VAR, free_ports, running

PYTHON = ROOT / ".engine" / "bin" / "python"
RASA = ROOT / ".engine" / "bin" / "rasa"
TRAINING_SECONDS = 900
_ASK_VERSION = (
    "import sys; from importlib.metadata import version;"
    "print(version('rasa'), version('tensorflow-cpu'), sys.version)"
)


@dataclass(frozen=True, slots=True)
class StockServer:
    """A running stock Rasa."""

    process: subprocess.Popen[bytes]
    url: str


def stock_project() -> Path:
    """The trained starter project; made once for each version of Rasa."""
    answer = subprocess.run(
        [PYTHON, "-c", _ASK_VERSION], capture_output=True, text=True, check=True
    )
    version = hashlib.sha256(answer.stdout.encode()).hexdigest()[:12]
    folder = VAR / f"stock-{version}"
    if not any((folder / "models").glob("*.tar.gz")):
        _train(folder)
    return folder


def _train(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    print("Training stock Rasa's starter project, once; about a minute ...")
    with (VAR / "stock-train.log").open("wb") as log:
        subprocess.run(
            [RASA, "init", "--no-prompt", "--init-dir", folder],
            cwd=folder,
            env=stock_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            timeout=TRAINING_SECONDS,
            check=True,
        )


def stock_environment() -> dict[str, str]:
    """Rasa's defaults, less its call home."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(VAR),
        "LANG": "C.UTF-8",
        "RASA_TELEMETRY_ENABLED": "false",
        "CUDA_VISIBLE_DEVICES": "-1",
    }


@contextmanager
def stock_server(project: Path) -> Iterator[StockServer]:
    """Stock Rasa as its handbook starts it, its output going to a file."""
    (port,) = free_ports(1)
    command = (RASA, "run", "--interface", "127.0.0.1", "--port", str(port))
    log = VAR / "stock.log"
    environment = stock_environment()
    with running(command, folder=project, log=log, environment=environment) as process:
        yield StockServer(process, f"http://127.0.0.1:{port}/webhooks/rest/webhook")
