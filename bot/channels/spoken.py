"""A caseworker's words on their way to a person: the only place for machine text."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.language.machine.text import MachineText
from bot.wiring import Words

_LABEL = "machine.label"
_READY_MADE = "reply."


class Kind(StrEnum):
    """What a passage is; each is shown in its own way."""

    OWN = "own"  # as the caseworker typed it
    LABEL = "label"  # says that the passage below is a machine's
    MACHINE = "machine"
    READY_MADE = "ready_made"  # reviewed text that the caseworker chose


@dataclass(frozen=True, slots=True)
class Passage:
    """One piece of what a person is shown; "" and "auto" where nobody knows."""

    kind: Kind
    text: str
    language: str = ""
    direction: str = "auto"


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a caseworker sent.

    Args:
        reply: the catalog key of a ready-made reply, chosen instead of typing.
    """

    words: str
    language: str = ""
    machine: MachineText | None = None
    reply: str = ""


def read_spoken(payload: str) -> Spoken:
    """What the desk's page sealed; a line of an older page is nothing but words."""
    try:
        told = json.loads(payload)
    except (ValueError, RecursionError):
        return Spoken(payload)
    if not isinstance(told, dict) or not isinstance(told.get("words"), str):
        return Spoken(payload)
    return Spoken(
        told["words"],
        _text(told, "language"),
        _read_machine(told.get("machine")),
        _text(told, "reply"),
    )


def _read_machine(told: Any) -> MachineText | None:
    if not isinstance(told, dict):
        return None
    words, source, target = (_text(told, name) for name in ("text", "from", "to"))
    return MachineText(words, source, target) if words and source and target else None


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says a caseworker's words to a person: the own words first, always."""

    words: Words

    def passages(
        self, spoken: Spoken, language: str, centre_id: str
    ) -> Sequence[Passage]:
        """The pieces to show to a person who reads this language, in order."""
        if ready := self._ready_made(spoken.reply, language, centre_id):
            return (ready,)
        own = self._passage(Kind.OWN, spoken.words, spoken.language)
        return (own, *self._machine(spoken.machine, language))

    def plain(self, spoken: Spoken, language: str, centre_id: str) -> str:
        """The same without any form, for a messaging app."""
        passages = self.passages(spoken, language, centre_id)
        # The label stays with what it is about, also where a long text is cut.
        return "".join(
            passage.text + ("\n" if passage.kind is Kind.LABEL else "\n\n")
            for passage in passages
        ).rstrip()

    def _ready_made(self, key: str, language: str, centre_id: str) -> Passage | None:
        """Reviewed text, if this is the key of a ready-made reply and nothing else."""
        catalogs = self.words.catalogs
        if not key.startswith(_READY_MADE) or not catalogs.has(language, key):
            return None
        centres = self.words.directory.centres
        centre = centres[centre_id].name if centre_id in centres else ""
        text = catalogs.text(language, key, centre=centre)
        return self._passage(Kind.READY_MADE, text, language)

    def _machine(self, machine: MachineText | None, language: str) -> Sequence[Passage]:
        """What a machine made of it, never without the label that says so."""
        languages, catalogs = self.words.languages, self.words.catalogs
        if machine is None or machine.source not in languages:
            return ()
        if not catalogs.has(language, _LABEL):
            return ()
        name = languages[machine.source].name
        label = catalogs.text(language, _LABEL, language_name=name)
        return (
            self._passage(Kind.LABEL, label, language),
            self._passage(Kind.MACHINE, machine.words, machine.target),
        )

    def _passage(self, kind: Kind, text: str, language: str) -> Passage:
        languages = self.words.languages
        if language not in languages:
            return Passage(kind, text)
        return Passage(kind, text, language, languages[language].direction)
