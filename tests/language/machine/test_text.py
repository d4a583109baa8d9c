"""Machine text is no string: it reaches neither consent nor law nor the bot's voice."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from bot.language.machine.text import MachineText

ROOT = Path(__file__).resolve().parents[3]
TEXT = MachineText("des mots", "ar", "fr", ("en",))
# Each numbered line hands it to where only strings of ours may go.
SNIPPET = """
from bot.intake.reply import Author, Line, Say
from bot.language.catalogs import Catalogs
from bot.language.machine.text import MachineText
from bot.store.seal import Sealer

def misuse(machine: MachineText, catalogs: Catalogs) -> None:
    Say(machine)  # 1
    Say("menu", {"text": machine})  # 2
    Line("menu", {"text": machine}, (), Author.BOT)  # 3
    catalogs.text("fr", machine)  # 4
    catalogs.text("fr", "consent.handover", text=machine)  # 5
    Sealer().seal("age1", machine)  # 6
    words: str = machine  # 7

def use(machine: MachineText) -> None:
    words: str = machine.words
"""


def test_it_cannot_slip_into_a_sentence():
    with pytest.raises(TypeError):
        str(TEXT)
    with pytest.raises(TypeError):
        f"{TEXT}"
    with pytest.raises(TypeError):
        "".join([TEXT])
    assert not isinstance(TEXT, str)


def test_it_shows_no_words_by_accident():
    assert "mots" not in repr(TEXT)


@pytest.mark.promise(12)
def test_no_type_takes_it_for_reviewed_text(tmp_path):
    """mypy refuses every line that hands it to the bot's voice, consent or sealing."""
    path = tmp_path / "misuse.py"
    path.write_text(SNIPPET)
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", path]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    wrong = {
        int(line.split(":")[1])
        for line in done.stdout.splitlines()
        if ": error:" in line
    }
    lines = SNIPPET.splitlines()
    expected = {n for n, line in enumerate(lines, 1) if "  # " in line}
    assert wrong == expected, done.stdout


# Where a caseworker's words are shown to a person, under the label that says so.
SHOWN = {"bot/channels/spoken.py": {"bot.language.machine.text"}}


@pytest.mark.promise(12)
def test_rules_and_channels_do_not_know_it():
    """The rooms of consent, law, numbers and the bot's voice never import it."""
    for room in ("intake", "channels", "directory", "store"):
        for path in (ROOT / "bot" / room).rglob("*.py"):
            names = {
                name
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                for name in _imported(node)
            }
            strays = {name for name in names if name.startswith("bot.language.machine")}
            assert strays <= SHOWN.get(str(path.relative_to(ROOT)), set()), path.name


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [name.name for name in node.names]
    return [str(node.module)] if isinstance(node, ast.ImportFrom) else []
