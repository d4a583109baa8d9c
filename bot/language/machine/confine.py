"""Takes from this process every way out: connections, files, programs, other processes.

Whoever finds a fault in a translation library, and a text that uses it, finds himself
in a process that can read what it is sent, answer it, and nothing else.
"""

import ctypes
import errno
import os
import resource
import sys
from collections.abc import Iterable

from bot.errors import PasserelleError

_SET_DUMPABLE = 4  # prctl's PR_SET_DUMPABLE
_FILE_LIMIT = 256
# Without these the promise would not hold; a kernel that lacks one is refused.
_CONNECTIONS = ("socket", "connect", "bind", "sendmmsg", "recvmsg", "recvmmsg")
_PROGRAMS = ("execve", "execveat", "ptrace", "process_vm_readv", "process_vm_writev")
# Newer, or not on every kind of machine: what is not there cannot be used.
_IF_THERE = (
    *("io_uring_setup", "io_uring_enter", "io_uring_register", "socketcall"),
    *("pidfd_open", "pidfd_getfd", "openat2", "creat", "mknod", "mknodat"),
    *("rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat"),
    *("unlink", "unlinkat", "rmdir", "mkdir", "mkdirat", "truncate"),
    *("chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "lchown", "fchownat"),
    *("setxattr", "lsetxattr", "removexattr", "utimensat", "memfd_create"),
    *("mount", "umount2", "move_mount", "open_tree", "fsopen", "fsmount"),
    *("pivot_root", "chroot", "unshare", "setns", "bpf", "perf_event_open"),
    *("userfaultfd", "keyctl", "add_key", "request_key", "open_by_handle_at"),
    *("init_module", "finit_module", "kexec_load", "memfd_secret", "swapon"),
)
# The calls that open a file by name, and which argument says for what.
_OPENING = (("open", 1), ("openat", 2))
_WRITING = (os.O_WRONLY, os.O_RDWR)


class CannotConfineError(PasserelleError):
    """This system cannot take the ways out away; the translator must not run here."""

    sentence = (
        "The translator does not start: this system cannot forbid it to connect."
        " It needs Linux with seccomp, and libseccomp (on Debian: apt-get install"
        " libseccomp2). Everything else works without it."
    )


def limit_memory(megabytes: int) -> None:
    """Bound what this process can hold, and let no image of it reach a disk."""
    most = megabytes * 1024 * 1024
    for kind, limit in (
        (resource.RLIMIT_DATA, most),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _FILE_LIMIT),
    ):
        _, hardest = resource.getrlimit(kind)
        limit = limit if hardest == resource.RLIM_INFINITY else min(limit, hardest)
        resource.setrlimit(kind, (limit, limit))
    # Nor may another process of this user look into it.
    ctypes.CDLL(None).prctl(_SET_DUMPABLE, 0, 0, 0, 0)


def confine() -> None:
    """Forbid this process, in all its threads and for good, every way out.

    What is open stays open: a listening socket goes on to accept.

    Raises:
        CannotConfineError: it cannot be done here.
    """
    if sys.platform != "linux":
        raise CannotConfineError
    try:
        _forbid()
    except (ImportError, RuntimeError, OSError) as error:
        raise CannotConfineError from error


def _forbid() -> None:
    # Looks for its library, which starts a program: not before it is needed.
    import pyseccomp

    refuse = pyseccomp.ERRNO(errno.EPERM)
    calls = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    calls.set_attr(pyseccomp.Attr.CTL_NNP, 1)  # no program may give rights back
    calls.set_attr(pyseccomp.Attr.CTL_TSYNC, 1)  # for the threads that run already
    for name in (*_CONNECTIONS, *_PROGRAMS, *_known(_IF_THERE)):
        calls.add_rule(refuse, name)
    for name, place in _OPENING:
        if name in _known([name]):
            for flag in _WRITING:
                reads = pyseccomp.Arg(place, pyseccomp.MASKED_EQ, os.O_ACCMODE, flag)
                calls.add_rule(refuse, name, reads)
            makes = pyseccomp.Arg(place, pyseccomp.MASKED_EQ, os.O_CREAT, os.O_CREAT)
            calls.add_rule(refuse, name, makes)
    calls.load()


def _known(names: Iterable[str]) -> list[str]:
    """Those that this machine has; libseccomp counts the others below zero."""
    import pyseccomp

    known = []
    for name in names:
        try:
            number = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)
        except (OSError, ValueError):
            continue
        if number >= 0:
            known.append(name)
    return known
