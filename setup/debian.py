"""Ask the distribution for a package, when we may."""

from __future__ import annotations

import os
import shutil

from step import Failed, command

NON_INTERACTIVE = {"DEBIAN_FRONTEND": "noninteractive"}


def may_install() -> bool:
    """Whether this process can install a Debian package by itself."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(package: str) -> bool:
    """Install a Debian package; False when we may not or it did not work."""
    if not may_install():
        return False
    try:
        command("debian", "apt-get", "update", env=NON_INTERACTIVE)
        words = ("apt-get", "install", "-y", "--no-install-recommends", package)
        command("debian", *words, env=NON_INTERACTIVE)
    except Failed:
        return False
    return True
