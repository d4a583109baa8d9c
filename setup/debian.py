"""Ask the distribution for a package, when we may."""

from __future__ import annotations

import os
import shutil

from step import Failed, command

NON_INTERACTIVE = {"DEBIAN_FRONTEND": "noninteractive"}
# A download that hangs must not hold a start up; an installation is never cut off.
DOWNLOAD_SECONDS = 300


def may_install() -> bool:
    """Whether this process can install a Debian package by itself."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str) -> bool:
    """Install Debian packages; False when we may not or it did not work."""
    if not may_install():
        return False
    words = ("apt-get", "install", "-y", "--no-install-recommends", *packages)
    fetching: tuple[tuple[str, ...], ...] = (
        ("apt-get", "update"),
        (*words, "--download-only"),
    )
    try:
        for one in fetching:
            command("debian", *one, env=NON_INTERACTIVE, seconds=DOWNLOAD_SECONDS)
        command("debian", *words, env=NON_INTERACTIVE)
    except Failed:
        return False
    return True
