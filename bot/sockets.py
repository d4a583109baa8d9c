"""Sockets with a name in a folder, between processes of one user on one machine."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import SettingError

_BACKLOG = 64


def listen(path: Path) -> socket.socket:
    """A socket at this place, which only this user can reach.

    Raises:
        SettingError: somebody listens there already, or it cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if is_listening(path):
        raise SettingError(f"Another process listens at {path} already.")
    path.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        with short_name(path) as name:
            listening.bind(name)
    except OSError as error:
        raise SettingError(f"{path}: {error.strerror}.") from None
    finally:
        os.umask(before)
    listening.listen(_BACKLOG)
    return listening


def is_listening(path: Path) -> bool:
    """Whether somebody accepts connections at this socket."""
    if not path.parent.is_dir():
        return False
    with short_name(path) as name, socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        return probe.connect_ex(name) == 0


@contextmanager
def short_name(path: Path) -> Iterator[str]:
    """A name for a socket that fits its 107 bytes, wherever its folder lies."""
    if sys.platform != "linux":
        yield str(path)
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
