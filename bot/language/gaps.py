"""What a language still lacks before it can be offered: one sentence for each gap."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.intake.control import Signal
from bot.language.languages import Languages
from bot.language.sign_offs import Reviews, State

FEWEST_EXAMPLES = 30  # to learn from, for each intent
FEWEST_UTTERANCES = 6  # to be examined with, written apart from those
CONTROL = "control.yml"
EXAMPLE = "en"  # the language whose files show which there must be


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the files of all languages lie."""

    nlu_data: Path
    translations: Path
    utterances: Path

    def intents(self) -> list[str]:
        """Every intent that people can type."""
        files = sorted((self.nlu_data / EXAMPLE).glob("*.yml"))
        return [path.stem for path in files if path.name != CONTROL]


def find_gaps(folders: Folders, tag: str) -> Iterator[str]:
    """Each thing that this language lacks; nothing when it is whole."""
    if tag not in Languages(folders.nlu_data / "languages.yml"):
        yield f"nlu_data/languages.yml has no row for {tag}."
    yield from _missing_sentences(folders, tag)
    yield from _missing_control(folders, tag)
    for intent in folders.intents():
        yield from _missing_examples(folders, tag, intent)
        yield from _missing_utterances(folders, tag, intent)


def _missing_sentences(folders: Folders, tag: str) -> Iterator[str]:
    rows = Reviews(folders.translations).sentences(tag)
    missing = [row.key for row in rows if row.state is State.MISSING]
    if missing:
        path = f"translations/{tag}/LC_MESSAGES/passerelle.po"
        yield f"{path} lacks {len(missing)} of {len(rows)} sentences: {missing[0]} …"


def _missing_control(folders: Folders, tag: str) -> Iterator[str]:
    places = ((folders.nlu_data, "nlu_data"), (folders.utterances, "tests/nlu_data"))
    for folder, name in places:
        lists = _read(folder / tag / CONTROL) or {}
        empty = [one.value for one in Signal if not lists.get(one.value)]
        if empty:
            yield f"{name}/{tag}/{CONTROL} lacks: {', '.join(empty)}."


def _missing_examples(folders: Folders, tag: str, intent: str) -> Iterator[str]:
    data = _read(folders.nlu_data / tag / f"{intent}.yml") or {"nlu": []}
    count = sum(len(_lines(block.get("examples"))) for block in data["nlu"])
    if count < FEWEST_EXAMPLES:
        where = f"nlu_data/{tag}/{intent}.yml"
        yield f"{where} has {count} of at least {FEWEST_EXAMPLES} examples."


def _missing_utterances(folders: Folders, tag: str, intent: str) -> Iterator[str]:
    data = _read(folders.utterances / tag / f"{intent}.yml") or {}
    count = len(data.get("utterances") or [])
    if count < FEWEST_UTTERANCES:
        where = f"tests/nlu_data/{tag}/{intent}.yml"
        yield f"{where} has {count} of at least {FEWEST_UTTERANCES} utterances."


def _lines(examples: object) -> list[str]:
    return str(examples or "").strip().splitlines()


def _read(path: Path) -> dict[str, Any] | None:
    if not path.exists():
        return None
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found if isinstance(found, dict) else None
