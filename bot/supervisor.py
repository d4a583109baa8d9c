"""Runs all processes together, says when they are ready, leaves none behind."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.sockets import is_listening

GRACE_SECONDS = 8
_SOCKET = "unix:"
_SIGTERM_WHEN_PARENT_DIES = 1  # prctl's PR_SET_PDEATHSIG


@dataclass(slots=True)
class Child:
    """One process of the house.

    Args:
        ready_url: an address that answers once the process can work; `unix:` before
            the path of a socket.
        is_needed: without it, the house does not start; others are told of and missed.
    """

    name: str
    command: list[str]
    environment: Mapping[str, str]
    ready_url: str
    log: Path
    is_needed: bool = True
    process: subprocess.Popen[bytes] | None = None
    was_ready: bool = False
    is_missed: bool = False

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


@dataclass(slots=True)
class Supervisor:
    """Starts the first child, then the others; starts again those that die later."""

    children: list[Child]
    say: Callable[[str], None]
    _stopping: bool = field(default=False)

    def run(self, when_ready: Mapping[str, Callable[[], None]]) -> int:
        """Run until Ctrl-C, or until a child cannot start; 0 if it was asked for."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        try:
            _start(self.children[0])
            return self._watch(dict(when_ready))
        finally:
            self._stop_all()

    def _watch(self, when_ready: dict[str, Callable[[], None]]) -> int:
        began = time.monotonic()
        while not self._stopping:
            self._start_next()
            for child in self.children:
                if child.process is None or child.is_missed:
                    continue
                if not child.is_running and not self._start_again(child):
                    return 1
                if not child.was_ready and _answers(child.ready_url):
                    child.was_ready = True
                    seconds = time.monotonic() - began
                    self.say(f"  {child.name} ready after {seconds:.1f} s")
                    when_ready.pop(child.name, _nothing)()
            is_waiting = not all(
                one.was_ready or one.is_missed for one in self.children
            )
            time.sleep(0.1 if is_waiting else 0.3)
        return 0

    def _start_next(self) -> None:
        """The first alone until it answers, so that no person waits for the rest."""
        if self.children[0].was_ready:
            for child in self.children:
                if child.process is None:
                    _start(child)

    def _start_again(self, child: Child) -> bool:
        """Start a child that died at work; False if the house cannot be without it."""
        if not child.was_ready:
            self._tell_end(child)
            child.is_missed = not child.is_needed
            return child.is_missed
        self.say(f"The {child.name} process ended; it is started again.")
        child.was_ready = False
        _start(child)
        return True

    def _tell_end(self, child: Child) -> None:
        last = child.log.read_text(encoding="utf-8", errors="replace").splitlines()
        self.say(f"The {child.name} process ended. Its last lines ({child.log}):")
        for line in last[-12:]:
            self.say(f"  {line}")

    def _ask_to_stop(self, *_: object) -> None:
        self._stopping = True

    def _stop_all(self) -> None:
        running = [c.process for c in self.children if c.process is not None]
        for process in running:
            _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))
        for process in running:
            _signal_group(process, signal.SIGKILL)
            process.wait()


def port_is_free(host: str, port: int) -> bool:
    """Whether nothing listens there yet."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _start(child: Child) -> None:
    child.log.parent.mkdir(parents=True, exist_ok=True)
    mode = "wb" if child.process is None else "ab"
    with child.log.open(mode) as log:
        child.process = subprocess.Popen(  # noqa: S603 (our own commands)
            child.command,
            env=dict(child.environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            # A group of its own: Ctrl-C reaches us, and we end it whole.
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_SIGTERM_WHEN_PARENT_DIES, signal.SIGTERM)


def _answers(url: str) -> bool:
    if url.startswith(_SOCKET):
        return is_listening(Path(url.removeprefix(_SOCKET)))
    try:
        with urllib.request.urlopen(url, timeout=0.5) as response:  # noqa: S310
            return bool(response.status < 500)
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _nothing() -> None:
    """Nobody waits for this one."""
