"""Reads the control lists of every language from their YAML files."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from bot.intake.control import Control, Phrases, Signal

# Ordinary words, so that none of them is taken for a mistyped control word.
_OUTSIDE_VOCABULARY = frozenset(signal.value for signal in Signal)


def load_control(nlu_data: Path, languages: Iterable[str]) -> Control:
    """Control over these languages; people stop in any language, not only theirs."""
    folders = [nlu_data / tag for tag in languages]
    return Control(
        _read_phrases(folder) for folder in folders if (folder / "control.yml").exists()
    )


def _read_phrases(folder: Path) -> Phrases:
    path = folder / "control.yml"
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    lists = {s: _words(data.get(s.value)) for s in Signal}
    parts = {s: _words(data.get(f"{s.value}_parts")) for s in Signal}
    return Phrases(
        whole={s: words for s, words in lists.items() if words},
        parts={s: words for s, words in parts.items() if words},
        fillers=_words(data.get("fillers")),
        ordinary=tuple(_ordinary_texts(folder)),
    )


def _words(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def _ordinary_texts(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*.yml")):
        if path.stem not in _OUTSIDE_VOCABULARY | {"control"}:
            yield path.read_text(encoding="utf-8")
