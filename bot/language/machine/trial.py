"""Tries one unpacked package, in a process that can do nothing else.

`python -m bot.language.machine.trial FOLDER`, with a sentence on standard input. A
model that is damaged can end its process: it must not end the command that installs.
"""

import subprocess
import sys
import time
from pathlib import Path

from bot.errors import PasserelleError
from bot.language.machine.argos import Model, load_argos
from bot.language.machine.confine import confine, limit_memory
from bot.language.machine.engine import PackageFailedError

_SECONDS = 120.0
_MEGABYTES = 4096
_UNFIT = 3


def try_package(folder: Path, sentence: str) -> None:
    """Translate a sentence with the package in this folder.

    Raises:
        PackageFailedError: it does not translate.
        PasserelleError: it cannot be tried safely on this system.
    """
    command = [sys.executable, "-m", __name__, str(folder)]
    try:
        done = subprocess.run(  # noqa: S603 (ourselves)
            command,
            input=sentence,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            cwd=Path(__file__).resolve().parents[3],
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PackageFailedError from None
    if done.returncode == _UNFIT:
        raise PasserelleError(done.stderr.strip())
    if done.returncode:
        raise PackageFailedError


def main(folder: Path) -> int:
    """Translate what is read; 0 if words came out."""
    load_argos()
    limit_memory(_MEGABYTES)
    try:
        confine()
    except PasserelleError as error:
        sys.stderr.write(f"{error}\n")
        return _UNFIT
    words = Model(folder).translate(sys.stdin.read(), time.monotonic() + _SECONDS)
    return 0 if any(sign.isalpha() for sign in words) else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
