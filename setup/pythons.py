"""The two Python environments: the application's and the engine's."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import debian
from step import ROOT, Failed, Step, answer, command

TOOLS = ROOT / ".setup-venv"
UV = TOOLS / "bin" / "uv"
APP = ROOT / ".venv"
ENGINE = ROOT / ".engine"
REQUIREMENTS = ROOT / "requirements"
PROJECT = ROOT / "pyproject.toml"
QUIET = {"UV_NO_PROGRESS": "1"}
# A Python built without these starts, and then fails in the middle of an installation.
PROBE = "import bz2, ctypes, lzma, sqlite3, ssl, sys; print(sys.version_info[:2])"
NO_VENV = (
    f"{sys.executable} cannot make environments: install its venv module "
    "(on Debian: apt-get install python3-venv) and try again."
)
NO_ENGINE_PYTHON = (
    "The engine needs a Python 3.10 and none was found or could be fetched: "
    "install one (python3.10 on the PATH, or `pyenv install 3.10`) and try again."
)


def uv_step() -> Step:
    """The installer itself, pinned, in an environment of its own."""
    lock = REQUIREMENTS / "uv.txt"
    return Step(
        name="uv",
        says="the installer (uv)",
        do=_make_uv,
        inputs=lambda: [lock],
        makes=lambda: [UV],
        salt=sys.version,
    )


def app_step(extras: bool) -> Step:
    """The application's environment; with tests and linters once those were asked."""
    # `make run` after `make test` keeps the extras, so that neither undoes the other.
    whole = extras or (APP / "bin" / "pytest").exists()
    lock = REQUIREMENTS / ("test.txt" if whole else "app.txt")
    return Step(
        name="app",
        says="the application's libraries",
        do=lambda: _make_app(lock),
        inputs=lambda: [lock, PROJECT],
        makes=lambda: [APP / "bin" / "python", APP / "bin" / "passerelle"],
        salt=sys.version,
    )


def engine_step() -> Step:
    """The engine's environment: Rasa, alone, on the Python it was made for."""
    lock = REQUIREMENTS / "engine.txt"
    return Step(
        name="engine",
        says="the engine's libraries (1.4 GB)",
        do=lambda: _make_engine(lock),
        inputs=lambda: [lock],
        makes=lambda: [ENGINE / "bin" / "python", ENGINE / "bin" / "rasa"],
    )


def install_tool(lock: Path) -> None:
    """Install a hashed lock beside the installer."""
    pip = (TOOLS / "bin" / "python", "-m", "pip", "--disable-pip-version-check")
    command("uv", *pip, "install", "--require-hashes", "-r", lock)


def _make_uv() -> None:
    if importlib.util.find_spec("ensurepip") is None and not _fetch_venv():
        raise Failed(NO_VENV)
    command("uv", sys.executable, "-m", "venv", "--clear", TOOLS)
    install_tool(REQUIREMENTS / "uv.txt")


def _fetch_venv() -> bool:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return debian.install(f"python{version}-venv")


def _make_app(lock: Path) -> None:
    _sync("app", APP, lock, python=Path(sys.executable))
    inside = ("--python", APP / "bin" / "python")
    editable = ("--no-deps", "--no-build-isolation", "--editable", ROOT)
    command("app", UV, "pip", "install", *inside, *editable, env=QUIET)


def _make_engine(lock: Path) -> None:
    _sync("engine", ENGINE, lock, python=_engine_python())


def _sync(log: str, where: Path, lock: Path, *, python: Path) -> None:
    wanted, had = _version(python), _version(where / "bin" / "python")
    if wanted != had:
        fresh = ("venv", "--clear", "--no-project", "--python", python, where)
        command(log, UV, *fresh, env=QUIET)
    exactly = ("--python", where / "bin" / "python", "--require-hashes", lock)
    command(log, UV, "pip", "sync", *exactly, env=QUIET)


def _engine_python() -> Path:
    for candidate in _candidates():
        if _version(candidate) == "(3, 10)":
            return candidate
    raise Failed(NO_ENGINE_PYTHON)


def _candidates() -> Iterator[Path]:
    """Pythons that may be a 3.10, the cheapest to have first."""
    on_path = shutil.which("python3.10")
    if on_path:
        yield Path(on_path)
    for root in (os.environ.get("PYENV_ROOT"), Path.home() / ".pyenv"):
        if root:
            yield from sorted(Path(root).glob("versions/3.10*/bin/python"))
    managed = (UV, "python", "find", "--managed-python", "--no-project", "3.10")
    if found := answer(*managed):
        yield Path(found)
    try:
        command("engine", UV, "python", "install", "3.10", env=QUIET)
    except Failed:
        return
    if found := answer(*managed):
        yield Path(found)


def _version(python: Path) -> str | None:
    return answer(python, "-c", PROBE)
