"""What printed cards need from the distribution: Pango, and fonts for every script."""

from __future__ import annotations

from pathlib import Path

import debian
from pythons import APP
from step import VAR, Step, answer, write_whole

# By the Debian package that brings each, a file that says it is there.
PACKAGES = {
    "fontconfig": "fontconfig.list",
    "libpango-1.0-0": "libpango-1.0-0:*.list",
    "libpangoft2-1.0-0": "libpangoft2-1.0-0:*.list",
    "libharfbuzz-subset0": "libharfbuzz-subset0:*.list",
    "fonts-noto-core": "fonts-noto-core.list",
    "fonts-noto-cjk": "fonts-noto-cjk.list",
}
INSTALLED = Path("/var/lib/dpkg/info")
NOTED = VAR / "fonts.txt"
# Asks the application itself, which alone knows what it prints with.
ASK = (
    "from bot.outreach.cards import SCRIPTS\n"
    "from bot.outreach.printing import missing_for\n"
    "print(missing_for([script.font for script in SCRIPTS.values()]) or '')"
)


def fonts_step() -> Step:
    """Fonts and Pango: installed where we may, else noted as missing, never failing."""
    return Step(
        name="fonts",
        says="fonts and Pango, for printed cards",
        do=_find_fonts,
        inputs=list,
        makes=lambda: [NOTED],
        # Installing one later is noticed; nothing is fetched again at every start.
        salt=" ".join(_lacking()),
    )


def missing_fonts() -> str:
    """A sentence about what is missing for printed cards, or nothing."""
    sentence = NOTED.read_text().strip() if NOTED.is_file() else ""
    return f"No card can be printed yet. {sentence}\n" if sentence else ""


def _find_fonts() -> None:
    if lacking := _lacking():
        debian.install(*lacking)
    write_whole(NOTED, answer(APP / "bin" / "python", "-c", ASK) or "")


def _lacking() -> list[str]:
    return [name for name, file in PACKAGES.items() if not any(INSTALLED.glob(file))]
