"""Which steps each command of the Makefile stands for."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence

from checks import run_checks
from fonts import fonts_step, missing_fonts
from locks import make_locks
from model import MODEL, model_step
from page import MODULES, PAGES, modules_step, page_step
from pythons import APP, ENGINE, TOOLS, app_step, engine_step, uv_step
from step import ROOT, VAR, Failed, Step, alone
from tools import missing_tools, tools_step

INTERRUPTED = 130
NO_TESTS = 5  # pytest's word for it


def main(words: Sequence[str]) -> int:
    """Run one target; a failure is a sentence and exit code 1."""
    target = TARGETS.get(words[0]) if words else None
    if target is None:
        sys.stderr.write(f"Say one of: {', '.join(TARGETS)}.\n")
        return 2
    try:
        with alone():
            return target(words[1:])
    except Failed as failure:
        sys.stderr.write(f"\n{failure}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
        return INTERRUPTED


def steps(extras: bool) -> list[Step]:
    """Everything a start needs, in the order in which it is needed."""
    needed = [uv_step(), app_step(extras), engine_step(), modules_step(), page_step()]
    needed += [model_step(), fonts_step()]
    return [*needed, tools_step()] if extras else needed


def _prepare(extras: bool) -> int:
    due = [step for step in steps(extras) if not step.is_current()]
    if due:
        sys.stdout.write("Preparing, the first time takes some minutes:\n")
    for step in due:
        step.run()
    if any(step.name == "fonts" for step in due):
        sys.stdout.write(missing_fonts())
    return 0


def _setup(_: Sequence[str]) -> int:
    return _prepare(extras=False)


def _test(_: Sequence[str]) -> int:
    _prepare(extras=True)
    sys.stdout.writelines(f"{sentence}\n" for sentence in missing_tools())
    return 0


def _lint(_: Sequence[str]) -> int:
    run_checks()
    return 0


def _pytest(words: Sequence[str]) -> int:
    """The tests, then those with a browser: its loop and ours share no process."""
    results = [
        subprocess.call([APP / "bin" / "pytest", "-m", marker, *words], cwd=ROOT)
        for marker in ("not browser", "browser")
    ]
    # Picking tests may leave one half empty, but not both.
    met = [result for result in results if result != NO_TESTS]
    return max(met, default=NO_TESTS)


def _train(_: Sequence[str]) -> int:
    for step in (uv_step(), engine_step(), model_step()):
        step.run()
    return 0


def _current(_: Sequence[str]) -> int:
    stale = [step.name for step in steps(extras=False) if not step.is_current()]
    sys.stdout.writelines(f"{name}\n" for name in stale)
    return 1 if stale else 0


def _locks(more: Sequence[str]) -> int:
    uv_step().run()
    make_locks(more)
    return 0


def _clean(_: Sequence[str]) -> int:
    noted = (VAR / name for name in ("engine-home", "log", "setup"))
    for path in (TOOLS, APP, ENGINE, MODULES, MODEL.parent, *noted):
        shutil.rmtree(path, ignore_errors=True)
    for path in PAGES:
        path.unlink(missing_ok=True)
    return 0


TARGETS: Mapping[str, Callable[[Sequence[str]], int]] = {
    "setup": _setup,
    "test": _test,
    "lint": _lint,
    "pytest": _pytest,
    "train": _train,
    "current": _current,
    "locks": _locks,
    "clean": _clean,
}
