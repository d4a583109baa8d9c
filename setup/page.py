"""Node and the pages a browser gets, built from web/."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from pythons import REQUIREMENTS, TOOLS, install_tool
from step import ROOT, Failed, Step, answer, command

WEB = ROOT / "web"
MODULES = ROOT / "node_modules"
OLDEST_NODE = 18
PACKAGES = tuple(ROOT / name for name in ("package.json", "package-lock.json"))
PAGES = tuple(
    ROOT / "bot" / name
    for name in (
        "channels/static/person.js",
        "channels/static/person.css",
        "desk/static/desk.js",
        "desk/static/desk.css",
    )
)


def modules_step() -> Step:
    """The page's libraries and its build tools, as locked."""
    return Step(
        name="modules",
        says="the page's libraries",
        do=_fetch_modules,
        inputs=lambda: PACKAGES,
        makes=lambda: [MODULES],
    )


def page_step() -> Step:
    """Scripts and styles, built where the servers serve them from."""
    return Step(
        name="page",
        says="the person's page and the desk's",
        do=_build,
        inputs=_sources,
        makes=lambda: PAGES,
    )


def run_npm(log: str, *words: str) -> None:
    """Run npm with the Node that was found or fetched."""
    command(log, "npm", *words, env=_node())


def _fetch_modules() -> None:
    # No package's own script runs: nothing here needs one.
    run_npm("modules", "ci", "--ignore-scripts", "--no-audit", "--no-fund")


def _build() -> None:
    command("page", "node", WEB / "build.mjs", env=_node())


def _sources() -> Iterator[Path]:
    yield from PACKAGES
    yield from (path for path in WEB.rglob("*") if path.is_file())


def _node() -> Mapping[str, str]:
    """The environment in which `node` and `npm` are new enough."""
    if _is_new_enough(shutil.which("node")) and answer("npm", "--version"):
        return {}
    if not (TOOLS / "bin" / "node").exists():
        install_tool(REQUIREMENTS / "node.txt")
    if not _is_new_enough(TOOLS / "bin" / "node"):
        raise Failed(f"Node {OLDEST_NODE} or newer is needed to build the pages.")
    return {"PATH": f"{TOOLS / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}


def _is_new_enough(node: str | Path | None) -> bool:
    version = node and answer(node, "--version")
    return bool(version) and int(str(version)[1:].split(".")[0]) >= OLDEST_NODE
