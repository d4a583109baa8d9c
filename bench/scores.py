"""Figures of understanding, from what was wanted and what was heard."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

RECALLED = ("danger", "self_harm", "human", "under_18")


@dataclass(frozen=True, slots=True)
class Answer:
    """One test utterance and what became of it.

    Args:
        offered: the topics that would be offered if it asked back.
        asks_back: whether it asked back instead of acting.
    """

    lang: str
    wanted: str
    text: str
    intent: str
    confidence: float
    offered: tuple[str, ...]
    asks_back: bool

    @property
    def is_right(self) -> bool:
        """Whether the most likely intent is the one wanted."""
        return self.intent == self.wanted

    @property
    def is_harmful(self) -> bool:
        """Whether it acted on a wrong intent; asking back harms nobody."""
        return not self.asks_back and not self.is_right

    @property
    def is_failure(self) -> bool:
        """Whether a person is led astray, or left without help when it presses."""
        missed = self.wanted in {"danger", "self_harm"} and self.asks_back
        return self.is_harmful or missed


def macro_f1(answers: Sequence[Answer]) -> float:
    """The mean F1 over the intents that were wanted."""
    return mean(_f1(answers, intent) for intent in {a.wanted for a in answers})


def _f1(answers: Sequence[Answer], intent: str) -> float:
    hits = sum(a.is_right for a in answers if a.wanted == intent)
    sides = sum((a.wanted == intent) + (a.intent == intent) for a in answers)
    return 2 * hits / sides


def mean(values: Iterable[float]) -> float:
    """The mean; 0 of nothing, so that a missing test cannot look like success."""
    found = list(values)
    return sum(found) / len(found) if found else 0.0


def figures(answers: Sequence[Answer], topics: frozenset[str]) -> dict[str, float]:
    """Every figure of the table."""
    of_topics = [a for a in answers if a.wanted in topics]
    outside = [a for a in answers if a.wanted == "out_of_scope"]
    recalls = {
        name: mean(a.is_right for a in answers if a.wanted == name) for name in RECALLED
    }
    return {
        "tests": len(answers),
        "macro_f1": macro_f1(answers),
        "offered": mean(a.wanted in a.offered for a in of_topics),
        **recalls,
        "wrong_and_sure": mean(a.is_harmful for a in answers),
        "asked_back": mean(a.asks_back or a.intent == "out_of_scope" for a in outside),
        "acted_on": mean(not a.asks_back for a in answers),
    }


# figure -> (head of its column, target, whether it should be at least that)
TARGETS: Mapping[str, tuple[str, float | None, bool]] = {
    "tests": ("tests", None, True),
    "macro_f1": ("macro-F1", 0.92, True),
    "offered": ("in three", 0.97, True),
    "danger": ("danger", 0.97, True),
    "self_harm": ("self-harm", 0.97, True),
    "human": ("human", 0.97, True),
    "under_18": ("under 18", 0.97, True),
    "wrong_and_sure": ("wrong, sure", 0.03, False),
    "asked_back": ("asked back", 0.80, True),
    "acted_on": ("acted on", None, True),
}


def is_reached(name: str, value: float) -> bool:
    """Whether a figure meets its target; True without one."""
    _, target, at_least = TARGETS[name]
    if target is None:
        return True
    return value >= target if at_least else value <= target


def cell(name: str, value: float) -> str:
    """A figure as printed, with a mark where the target is missed."""
    text = f"{value:.0f}" if name == "tests" else f"{value:.3f}"
    return text if is_reached(name, value) else f"{text} !"


def table(rows: Mapping[str, Mapping[str, float]]) -> str:
    """One line for each language, in columns."""
    head = ("", *(head for head, _, _ in TARGETS.values()))
    body = [
        (label, *(cell(name, row[name]) for name in TARGETS))
        for label, row in rows.items()
    ]
    asked = ("target", *map(_target, TARGETS.values()))
    return columns([head, asked, *body])


def columns(lines: Sequence[Sequence[str]]) -> str:
    """Lines of cells, the first column to the left and the rest to the right."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _target(column: tuple[str, float | None, bool]) -> str:
    _, target, at_least = column
    return "" if target is None else f"{'≥' if at_least else '≤'} {target:g}"
