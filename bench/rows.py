"""What was measured, and the rows of the table made from it."""

from dataclasses import dataclass, field
from statistics import median

from bench.rounds import Rounds, paired
from bench.start import Started
from bench.table import Row

# The targets: ratios to stock Rasa, and seconds of a start.
TEXT, BUTTON, STOP, LENGTH = 0.5, 0.35, 0.05, 1.2
RATE, MEMORY, FIRST, WHOLE = 3.0, 1.0, 3.0, 25.0


@dataclass(slots=True)
class Figures:
    """All that one run measures; pairs are ours first, stock's second."""

    rounds: Rounds | None = None
    longest: int = 0
    check: float = 0.0  # of the set-up, before a start
    starts: list[Started] = field(default_factory=list)
    stock_start: float = 0.0
    rates: list[float] = field(default_factory=list)
    stock_rates: list[float] = field(default_factory=list)
    memory: tuple[float, float] = (0.0, 0.0)
    memory_after: tuple[float, float] = (0.0, 0.0)


def rows_of(figures: Figures) -> list[Row]:
    """The table's rows, in the order of the issue."""
    return [
        *_turns(figures),
        *_length(figures),
        _rate(figures),
        _memory("memory of all processes, at rest", figures.memory, MEMORY),
        _memory("memory after the load", figures.memory_after, None),
        *_starts(figures),
    ]


def _turns(figures: Figures) -> list[Row]:
    rounds = figures.rounds
    if rounds is None:
        return []
    ours, stock = rounds.ours, rounds.stock
    return [
        _turn("text (stock: text)", ours.text, stock.text, TEXT),
        _turn("button (stock: /intent)", ours.button, stock.button, BUTTON),
        _turn("button (stock: text)", ours.button, stock.text, None),
        _turn("stop (stock: text)", ours.stop, stock.text, STOP),
    ]


def _turn(
    what: str, ours: list[float], stock: list[float], target: float | None
) -> Row:
    figure = paired(ours, stock)
    shown = (_milliseconds(median(ours)), _milliseconds(median(stock)))
    return Row(f"one turn: {what}", *shown, value=figure, target=target)


def _length(figures: Figures) -> list[Row]:
    rounds = figures.rounds
    if rounds is None:
        return []
    ratios = [
        median(samples.late) / median(samples.early)
        for samples in (rounds.ours, rounds.stock)
    ]
    ours, stock = (f"{ratio:.2f}×" for ratio in ratios)
    what = f"turn {figures.longest} against turn 5"
    return [Row(what, ours, stock, value=ratios[0], target=LENGTH)]


def _rate(figures: Figures) -> Row:
    ours, stock = median(figures.rates), median(figures.stock_rates)
    ratios = zip(figures.rates, figures.stock_rates, strict=True)
    return Row(
        "turns per second, 20 conversations at once",
        f"{ours:.0f} /s",
        f"{stock:.0f} /s",
        value=median(mine / other for mine, other in ratios),
        target=RATE,
        at_least=True,
    )


def _memory(what: str, pair: tuple[float, float], target: float | None) -> Row:
    ours, stock = pair
    shown = (f"{ours:.0f} MB", f"{stock:.0f} MB")
    return Row(what, *shown, value=ours / stock, target=target)


def _starts(figures: Figures) -> list[Row]:
    first = median(start.first for start in figures.starts) + figures.check
    whole = median(start.whole for start in figures.starts) + figures.check
    stock = f"{figures.stock_start:.1f} s"
    kinds = (
        ("start to first page, stop and numbers", first, FIRST),
        ("start to everything ready", whole, WHOLE),
    )
    return [
        Row(what, f"{value:.1f} s", stock, value=value, unit=" s", target=target)
        for what, value, target in kinds
    ]


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"
