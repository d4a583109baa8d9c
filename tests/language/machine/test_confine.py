"""A confined process: no connection, no file written, no program, no other process."""

import json
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TRY_ALL = '''
import ctypes, errno, json, os, socket, subprocess, sys, urllib.request
libc = ctypes.CDLL(None, use_errno=True)
SOCKET = {"x86_64": 41, "aarch64": 198}[os.uname().machine]

def name_of(error):
    number = getattr(error, "errno", None) or getattr(error.reason, "errno", None)
    return errno.errorcode.get(number, repr(error))

def told(attempt, *words):
    try:
        attempt(*words)
    except Exception as error:
        return name_of(error)
    return "done"

def in_c(name, *words):
    ctypes.set_errno(0)
    if getattr(libc, name)(*words) != -1:
        return "done"
    return errno.errorcode.get(ctypes.get_errno())

def try_all(port, folder, sender):
    """Every way out we know of, from Python and from C, and how each ended."""
    there = ("127.0.0.1", port)
    write = folder + "/written"
    return {
        "tcp": told(socket.create_connection, there),
        "udp": told(socket.socket, socket.AF_INET, socket.SOCK_DGRAM),
        "tcp6": told(socket.socket, socket.AF_INET6),
        "raw": told(socket.socket, socket.AF_PACKET, socket.SOCK_RAW),
        "netlink": told(socket.socket, socket.AF_NETLINK, socket.SOCK_RAW),
        "unix": told(socket.socket, socket.AF_UNIX),
        "http": told(urllib.request.urlopen, f"http://127.0.0.1:{port}/"),
        "connect": told(sender.connect, there),
        "bind": told(sender.bind, ("127.0.0.1", 0)),
        "program": told(subprocess.run, ["/bin/true"]),
        "c socket": in_c("socket", 2, 1, 0),
        "c connect": in_c("connect", 0, b"", 0),
        "c syscall": in_c("syscall", SOCKET, 2, 1, 0),
        "c execve": in_c("execve", b"/bin/true", None, None),
        "c ptrace": in_c("ptrace", 0, 0, 0, 0),
        "c io_uring": in_c("syscall", 425, 1, 0),
        "c pidfd": in_c("syscall", 434, os.getppid(), 0),
        "c read memory": in_c("process_vm_readv", os.getppid(), 0, 0, 0, 0, 0),
        "write": told(open, write, "w"),
        "append": told(open, folder + "/there", "a"),
        "change": told(os.open, folder + "/there", os.O_RDWR),
        "rename": told(os.rename, folder + "/there", write),
        "delete": told(os.unlink, folder + "/there"),
        "folder": told(os.mkdir, write),
        "link": told(os.symlink, "x", write),
        "memory of another": told(open, f"/proc/{os.getppid()}/mem", "wb"),
    }
'''
START = """
import threading, queue
from bot.language.machine.confine import confine, limit_memory
port, folder = int(sys.argv[1]), sys.argv[2]
# A socket and a thread from before must not help either.
sender = socket.socket()
wishes, answers = queue.Queue(), queue.Queue()
def work():
    while True:
        wishes.get()
        answers.put(try_all(port, folder, sender))
threading.Thread(target=work, daemon=True).start()
limit_memory(512)
confine()
wishes.put(1)
late = {}
one = threading.Thread(target=lambda: late.update(try_all(port, folder, sender)))
one.start(); one.join()
print(json.dumps([answers.get(), late, try_all(port, folder, sender)]))
"""
HARMLESS = """
there, folder = ("127.0.0.1", int(sys.argv[1])), sys.argv[2]
print(json.dumps([
    told(socket.create_connection, there),
    told(socket.socket, socket.AF_INET, socket.SOCK_DGRAM),
    told(subprocess.run, ["/bin/true"]),
    in_c("socket", 2, 1, 0),
    in_c("syscall", SOCKET, 2, 1, 0),
    told(open, folder + "/written", "w"),
    told(os.unlink, folder + "/there"),
]))
"""


def run(code: str, *words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, words)]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has seccomp")
def test_every_way_out_is_shut_in_every_thread(tmp_path):
    """In the first thread, in one from before and in one from after."""
    (tmp_path / "there").touch()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        done = run(TRY_ALL + START, server.getsockname()[1], tmp_path)
        with pytest.raises(TimeoutError):
            server.accept()
    assert done.returncode == 0, done.stderr
    for tried in json.loads(done.stdout):
        assert {way: how for way, how in tried.items() if how != "EPERM"} == {}
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has seccomp")
def test_without_confinement_the_same_tries_succeed(tmp_path):
    """The test above could not fail if nothing could be done anyway."""
    (tmp_path / "there").touch()
    with socket.create_server(("127.0.0.1", 0)) as server:
        done = run(TRY_ALL + HARMLESS, server.getsockname()[1], tmp_path)
    assert json.loads(done.stdout) == ["done"] * 7, done.stderr


def test_what_is_open_still_answers():
    """A connection that was accepted goes on; a new one can be accepted."""
    code = """
        import socket, threading
        from bot.language.machine.confine import confine
        server = socket.create_server(("127.0.0.1", 0))
        caller = socket.create_connection(server.getsockname())
        confine()
        taken, _ = server.accept()
        caller.sendall(b"words")
        assert taken.recv(9) == b"words"
        assert open("/proc/self/status").read()
    """
    done = run(code)
    assert done.returncode == 0, done.stderr


def test_memory_is_bounded_and_reaches_no_disk():
    code = """
        import resource
        from bot.language.machine.confine import limit_memory
        limit_memory(200)
        assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
        try:
            held = bytearray(300_000_000)
        except MemoryError:
            print("refused")
    """
    assert run(code).stdout == "refused\n"


@pytest.mark.parametrize("lacks", ["pyseccomp", "load"])
def test_where_it_cannot_be_done_it_is_refused(lacks):
    code = f"""
        import sys, ctypes.util
        from bot.language.machine.confine import CannotConfineError, confine
        if {lacks!r} == "pyseccomp":
            ctypes.util.find_library = lambda name: "libc.so.6" if name == "c" else None
        else:
            import pyseccomp
            def fail(_): raise OSError(22, "no")
            pyseccomp.SyscallFilter.load = fail
        try:
            confine()
        except CannotConfineError as error:
            print(error)
    """
    assert "does not start" in run(code).stdout
