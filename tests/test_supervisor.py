"""The supervisor: says when all is ready, and leaves no process behind."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from bot.supervisor import Child, Supervisor, port_is_free

SERVE = (
    "import sys, http.server as h;"
    "h.HTTPServer(('127.0.0.1', int(sys.argv[1])),"
    " h.SimpleHTTPRequestHandler).serve_forever()"
)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(autouse=True)
def _keep_signals():
    """The supervisor takes the signals of its process; the tests want them back."""
    names = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {name: signal.getsignal(name) for name in names}
    yield
    for name, handler in before.items():
        signal.signal(name, handler)


def child(name: str, code: str, port: int, log: Path, *arguments: str) -> Child:
    command = [sys.executable, "-c", code, *arguments]
    url = f"http://127.0.0.1:{port}/"
    return Child(name, command, dict(os.environ), url, log)


def is_alive(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() is None


def test_a_ready_process_is_told_and_ended_at_the_end(tmp_path, port):
    said: list[str] = []
    server = child("page", SERVE, port, tmp_path / "page.log", str(port))
    supervisor = Supervisor([server], said.append)
    ended = supervisor.run({"page": lambda: os.kill(os.getpid(), signal.SIGTERM)})
    assert ended == 0
    assert said[0].startswith("  page ready after")
    assert not is_alive(server.process)
    assert port_is_free("127.0.0.1", port)


def test_one_end_ends_all_and_shows_the_last_lines(tmp_path, port):
    said: list[str] = []
    server = child("page", SERVE, port, tmp_path / "page.log", str(port))
    fails = child("desk", "exit('no desk today')", 9, tmp_path / "desk.log")
    assert Supervisor([server, fails], said.append).run({}) == 1
    assert any("desk process ended" in line for line in said)
    assert "  no desk today" in said
    assert not is_alive(server.process)


def test_a_process_that_is_not_needed_is_missed(tmp_path, port):
    """The house goes on without it, says so once, and does not try again."""
    said: list[str] = []
    server = child("page", SERVE, port, tmp_path / "page.log", str(port))
    fails = child("extra", "exit('cannot run here')", 9, tmp_path / "extra.log")
    fails.is_needed = False
    last = child("desk", SERVE, port, tmp_path / "desk.log", str(port))
    last.command = [sys.executable, "-c", "import time; time.sleep(2); exit('over')"]
    last.ready_url = "http://127.0.0.1:9/"
    assert Supervisor([server, fails, last], said.append).run({}) == 1
    assert said.count("  cannot run here") == 1
    assert "  over" in said
    assert not is_alive(server.process)


def test_a_process_may_answer_at_a_socket(tmp_path, port):
    said: list[str] = []
    path = tmp_path / "a.sock"
    code = (
        "import socket, sys, time; s = socket.socket(socket.AF_UNIX);"
        "time.sleep(0.3); s.bind(sys.argv[1]); s.listen(); time.sleep(60)"
    )
    server = child("page", SERVE, port, tmp_path / "page.log", str(port))
    extra = child("extra", code, 9, tmp_path / "extra.log", str(path))
    extra.ready_url = f"unix:{path}"
    ends = {"extra": lambda: os.kill(os.getpid(), signal.SIGTERM)}
    assert Supervisor([server, extra], said.append).run(ends) == 0
    assert any(line.startswith("  extra ready after") for line in said)


def test_a_deaf_process_is_ended_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.supervisor.GRACE_SECONDS", 0.2)
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"
    stuck = child("deaf", deaf, 9, tmp_path / "deaf.log")
    ends = child("ends", "import time; time.sleep(0.7)", 9, tmp_path / "ends.log")
    assert Supervisor([stuck, ends], lambda _line: None).run({}) == 1
    assert not is_alive(stuck.process)


def test_a_command_that_is_not_there_ends_the_others(tmp_path, port):
    server = child("page", SERVE, port, tmp_path / "page.log", str(port))
    missing = Child("none", [str(tmp_path / "none")], {}, "", tmp_path / "none.log")
    with pytest.raises(FileNotFoundError):
        Supervisor([server, missing], lambda _line: None).run({})
    assert not is_alive(server.process)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children")
def test_a_killed_supervisor_leaves_no_process(tmp_path, port):
    code = textwrap.dedent(
        f"""
        import sys
        from pathlib import Path
        from bot.supervisor import Child, Supervisor
        command = [sys.executable, "-c", {SERVE!r}, "{port}"]
        url = "http://127.0.0.1:{port}/"
        one = Child("page", command, {{}}, url, Path({str(tmp_path / "log")!r}))
        Supervisor([one], print).run({{}})
        """
    )
    parent = subprocess.Popen([sys.executable, "-c", code])
    _wait(lambda: not port_is_free("127.0.0.1", port))
    parent.kill()
    parent.wait()
    _wait(lambda: port_is_free("127.0.0.1", port))


def test_a_taken_port_is_not_free(port):
    with socket.create_server(("127.0.0.1", port)):
        assert not port_is_free("127.0.0.1", port)
    assert port_is_free("127.0.0.1", port)


def _wait(is_so):
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)
