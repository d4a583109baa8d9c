"""The result: one line for each figure, with its target and whether it is reached."""

import operator
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of ours beside stock Rasa's.

    Args:
        value: what the target speaks of: a ratio, or seconds.
        target: None for a figure that only informs.
        at_least: the value should not be below the target, instead of not above.
    """

    what: str
    ours: str
    stock: str
    value: float
    unit: str = "×"
    target: float | None = None
    at_least: bool = False

    @property
    def is_reached(self) -> bool | None:
        """Whether the value, unrounded, meets the target; None without one."""
        if self.target is None:
            return None
        meets = operator.ge if self.at_least else operator.le
        return bool(meets(self.value, self.target))

    def cells(self) -> tuple[str, ...]:
        """The row as printed."""
        sign = "≥" if self.at_least else "≤"
        target = "" if self.target is None else f"{sign} {self.target:g}{self.unit}"
        reached = {None: "", True: "yes", False: "NO"}[self.is_reached]
        value = f"{self.value:.3g}{self.unit}"
        return self.what, self.ours, self.stock, value, target, reached

    def as_json(self) -> dict[str, Any]:
        """The row as kept."""
        return asdict(self) | {"reached": self.is_reached}


_COMPARED = ("Passerelle", "stock Rasa")


def table(rows: Sequence[Row], compared: tuple[str, str] = _COMPARED) -> str:
    """All rows under one head, in columns."""
    head = ("", *compared, "figure", "target", "reached")
    lines = [head, *(row.cells() for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    rule = ["-" * width for width in widths]
    return "\n".join(_line(cells, widths) for cells in (lines[0], rule, *lines[1:]))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first = cells[0].ljust(widths[0])
    rest = (
        cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)
    )
    return "  ".join((first, *rest)).rstrip()
