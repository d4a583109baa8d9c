"""The dialogue's plain rules, read from the engine's own files.

With Rasa away, menu, cards and numbers go on: a rule that only utters needs no
engine. What asks an action (consent, handover) waits until Rasa is back.
"""

import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.errors import EngineAwayError
from bot.intake.conversation import Intent
from bot.intake.ports import Proposal


@dataclass(frozen=True, slots=True)
class _Rule:
    intent: str
    slots: Mapping[str, str]
    actions: tuple[str, ...]


class RuleBook:
    """What the dialogue says to an intent when no action is involved."""

    def __init__(self, nlu_data: Path) -> None:
        domain = list(_read_all(nlu_data / "domain"))
        self._responses: dict[str, Any] = {}
        for part in domain:
            self._responses |= part.get("responses") or {}
        self._rules = [
            rule
            for part in _read_all(nlu_data / "rules")
            for row in part.get("rules") or []
            for rule in _read_rules(row)
        ]

    @property
    def intents(self) -> frozenset[str]:
        """Every intent that some rule begins with."""
        return frozenset(rule.intent for rule in self._rules)

    def decide(self, intent: str, slots: Mapping[str, str]) -> Sequence[Proposal]:
        """The proposals of the most specific rule that fits.

        Raises:
            EngineAwayError: no rule fits, or it asks an action.
        """
        names = self.find_actions(intent, slots)
        if not names or any(name not in self._responses for name in names):
            raise EngineAwayError
        return [self.propose(name, slots) for name in names]

    def find_actions(self, intent: str, slots: Mapping[str, str]) -> Sequence[str]:
        """What the most specific rule that fits would do, in its order."""
        fitting = [
            rule
            for rule in self._rules
            if rule.intent == intent and rule.slots.items() <= slots.items()
        ]
        rule = max(fitting, key=lambda rule: len(rule.slots), default=None)
        return () if rule is None else rule.actions

    def propose(self, name: str, slots: Mapping[str, str]) -> Proposal:
        """A response in the variation that fits."""
        fitting = (v["custom"] for v in self._responses[name] if _fits(v, slots))
        return read_proposal(_interpolate(next(fitting), slots))


def _fits(variation: Mapping[str, Any], slots: Mapping[str, str]) -> bool:
    conditions = variation.get("condition") or ()
    return all(slots.get(slot["name"]) == str(slot["value"]) for slot in conditions)


def _interpolate(value: Any, slots: Mapping[str, str]) -> Any:
    """Put slots in, as Rasa does in every text of a response."""
    if isinstance(value, str):
        return string.Formatter().vformat(value, (), slots)
    if isinstance(value, Mapping):
        return {key: _interpolate(item, slots) for key, item in value.items()}
    if isinstance(value, list):
        return [_interpolate(item, slots) for item in value]
    return value


def read_proposal(custom: Mapping[str, Any]) -> Proposal:
    """One response of the domain as a proposal."""
    return Proposal(
        say=str(custom["say"]),
        step=str(custom["step"]) if custom.get("step") else None,
        buttons=[_read_button(button) for button in custom.get("buttons") or ()],
    )


def _read_button(button: str | Mapping[str, str]) -> tuple[str, Intent]:
    if isinstance(button, str):
        return f"button.{button}", Intent(button)
    entities = tuple(
        (key, str(value))
        for key, value in button.items()
        if key not in {"label", "intent"}
    )
    return button["label"], Intent(button["intent"], entities)


def _read_all(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.yml")):
        yield yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}


def _read_rules(row: Mapping[str, Any]) -> Iterator[_Rule]:
    """A rule for each intent that it begins with."""
    steps = row["steps"]
    actions = tuple(step["action"] for step in steps if "action" in step)
    slots: dict[str, str] = {}
    for condition in row.get("condition") or ():
        for slot in condition.get("slot_was_set") or ():
            slots |= {str(name): str(value) for name, value in slot.items()}
    for first in steps[0].get("or") or [steps[0]]:
        yield _Rule(str(first["intent"]), slots, actions)
