"""Format, style, types and dialogue data, the fastest to fail first."""

from __future__ import annotations

from collections.abc import Callable

from model import data_step
from page import run_npm
from pythons import APP
from step import command, log_path, told


def run_checks() -> None:
    """Run every check; the first that fails ends the run with its output."""
    checks: tuple[tuple[str, Callable[[], None]], ...] = (
        ("ruff format", lambda: _tool("ruff", "format", "--check", ".")),
        ("ruff check", lambda: _tool("ruff", "check", ".")),
        ("mypy", lambda: _tool("mypy")),
        ("tsc", lambda: run_npm("tsc", "run", "check")),
    )
    for says, check in checks:
        log_path(says.split()[0]).unlink(missing_ok=True)
        with told(says):
            check()
    data_step().run()


def _tool(name: str, *words: str) -> None:
    command(name, APP / "bin" / name, *words)
