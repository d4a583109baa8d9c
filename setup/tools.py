"""What only tests need from outside: a Chromium, `age`, and gettext's `msgfmt`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import debian
from pythons import APP
from step import VAR, Failed, Step, answer, command, write_whole

FOUND = VAR / "tools.json"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLAYWRIGHT = APP / "bin" / "playwright"
# A download that hangs must not hold the tests up.
DOWNLOAD_SECONDS = 300
ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright as start\n"
    "with start() as playwright: print(playwright.chromium.executable_path)"
)
MISSING = {
    "chromium": "No Chromium could be found or fetched: the browser tests will fail. "
    "Install one (on Debian: apt-get install chromium).",
    "age": "The age command is missing: the test of the export will fail. "
    "Install it (on Debian: apt-get install age).",
    "msgfmt": "Gettext's msgfmt is missing: the tests of the catalogs will fail. "
    "Install it (on Debian: apt-get install gettext).",
}
# Small programs, by the Debian package that brings each.
PACKAGES = {"age": "age", "msgfmt": "gettext"}


def tools_step() -> Step:
    """Programs that tests run, noted in var/tools.json by name and path."""
    return Step(
        name="tools",
        says="a browser, age and msgfmt, for the tests",
        do=_find_tools,
        inputs=list,
        makes=lambda: [FOUND, *(Path(path) for path in _noted().values() if path)],
        # Installing one later is noticed; nothing is fetched again at every start.
        salt=" ".join(_on_path(*BROWSERS, *PACKAGES)),
    )


def missing_tools() -> list[str]:
    """A sentence for each program that could not be had."""
    return [MISSING[name] for name, path in _noted().items() if not path]


def _noted() -> dict[str, str]:
    return json.loads(FOUND.read_text()) if FOUND.is_file() else {}


def _find_tools() -> None:
    found = {name: _program(name) for name in PACKAGES}
    write_whole(FOUND, json.dumps({"chromium": _chromium(), **found}, indent=1))


def _chromium() -> str:
    return next((path for path in _browsers() if _starts(path)), "")


def _browsers() -> Iterator[str]:
    """Browsers to try: the system's, Playwright's, the distribution's."""
    yield from _on_path(*BROWSERS)
    yield from _playwrights()
    try:
        words = ("install", "chromium")
        command("tools", PLAYWRIGHT, *words, seconds=DOWNLOAD_SECONDS)
        yield from _playwrights()
    except Failed:
        pass
    if debian.install("chromium"):
        yield from _on_path(*BROWSERS)


def _playwrights() -> Iterator[str]:
    path = answer(APP / "bin" / "python", "-c", ASK_PLAYWRIGHT)
    if path and Path(path).exists():
        yield path


def _starts(path: str) -> bool:
    """Whether the browser runs here, with every library it wants."""
    return answer(path, "--version") is not None


def _program(name: str) -> str:
    if shutil.which(name) is None:
        debian.install(PACKAGES[name])
    return next(_on_path(name), "")


def _on_path(*names: str) -> Iterator[str]:
    yield from filter(None, map(shutil.which, names))
