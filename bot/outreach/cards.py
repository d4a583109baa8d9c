"""Printed cards: their designs, their words and the sheet that they are cut from."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.outreach.qr import Code, draw_code

_DESIGNS = Path(__file__).parent / "designs"
# The parts of the catalog's family `printed.` that every card has, then its own.
SHARED_WORDS = ("scan", "call")
OPEN_WORDS = ("questions", "help", "you_decide", "danger", "language")
DISCREET_WORDS = ("title", "questions_discreet")
_NO_BREAK_SPACE = "\u00a0"
_END_OF_QUESTION = re.compile(r"(?<=[?？؟፧])\s*(?=\S)")
_BEFORE_A_MARK = re.compile(r" (?=[:;?!»])")
_DIGITS = re.compile(r"[\u2068]?([0-9][0-9 \u00a0]*[0-9])[\u2069]?")
_AFTER_A_MARK = re.compile(r"(?<=[/?=.&-])(?=[^/])")
_LATIN = "Noto Sans"


@dataclass(frozen=True, slots=True)
class Script:
    """How a script is set: its font, and what it needs of size and line height."""

    font: str
    size: float = 1.0
    line_height: float = 1.35


_USUAL = Script(_LATIN)
_NASKH = Script("Noto Naskh Arabic", size=1.12, line_height=1.55)
SCRIPTS: Mapping[str, Script] = {
    "ar": _NASKH,
    "fa": _NASKH,
    "ps": _NASKH,
    "ur": Script("Noto Nastaliq Urdu", size=0.95, line_height=1.9),
    "hi": Script("Noto Sans Devanagari", line_height=1.5),
    "pa": Script("Noto Sans Gurmukhi", line_height=1.5),
    "th": Script("Noto Sans Thai", line_height=1.55),
    "am": Script("Noto Sans Ethiopic", line_height=1.45),
    "zh-Hans": Script("Noto Sans CJK SC", line_height=1.45),
}


@dataclass(frozen=True, slots=True)
class Flow:
    """A run of text that must end before its place does: sizes of type in points."""

    largest: float
    smallest: float


@dataclass(frozen=True, slots=True)
class Design:
    """A kind of card: how many on a sheet, its code, and how large its words are."""

    name: str
    help: str
    columns: int
    rows: int
    code_mm: float  # without the quiet zone
    level: str
    flows: tuple[Flow, ...]
    cutting: str  # for the one who prints it
    says_danger: bool = True  # in the open kind

    @property
    def copies(self) -> int:
        """How many come from one sheet."""
        return self.columns * self.rows


DESIGNS: Mapping[str, Design] = {
    one.name: one
    for one in (
        Design(
            name="pocket",
            help="folded to the size of a bank card, blank outside; four on a sheet",
            columns=2,
            rows=2,
            code_mm=23,
            level="q",
            flows=(Flow(15, 8), Flow(10, 7.5)),
            cutting="Cut along the dashed lines, then fold along the dotted line with"
            " the words inside: the outside stays blank.",
        ),
        Design(
            name="strip",
            help="a notice with six strips to tear off",
            columns=6,
            rows=1,
            code_mm=22,
            level="q",
            flows=(Flow(30, 15), Flow(15, 10), Flow(10, 7)),
            cutting="Cut this edge off, and cut between the strips, not through at"
            " the top.",
        ),
        Design(
            name="poster",
            help="one A4 page",
            columns=1,
            rows=1,
            code_mm=62,
            level="q",
            flows=(Flow(40, 20), Flow(19, 12)),
            cutting="Cut this edge off.",
        ),
        Design(
            name="label",
            help="54 by 40 mm, to go around a lip balm; eighteen on a sheet",
            columns=3,
            rows=6,
            code_mm=15,
            level="m",
            flows=(Flow(9.5, 6.2), Flow(7.5, 5.5)),
            cutting="Cut along the dashed lines.",
            says_danger=False,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Card:
    """All that is on a card, and what the one who prints it must know."""

    design: Design
    is_discreet: bool
    language: str
    direction: str
    words: Mapping[str, str]  # by the key's last part
    number: str
    address: str
    notes: Sequence[str]  # in English, outside the cut lines
    script: Script = field(default=_USUAL)


def words_needed(*, is_discreet: bool) -> tuple[str, ...]:
    """Which words of the family `printed.` such a card says."""
    return (*SHARED_WORDS, *(DISCREET_WORDS if is_discreet else OPEN_WORDS))


def script_of(language: str) -> Script:
    """How this language is set; whatever Noto Sans holds needs no entry."""
    return SCRIPTS.get(language, _USUAL)


def lay_out(card: Card, sizes: Sequence[float], *, copies: int) -> str:
    """The sheet as HTML, with this many of its cards and these sizes of type."""
    design = card.design
    code = draw_code(card.address, level=design.level)
    rtl = card.direction == "rtl"
    return (
        _templates()
        .get_template(f"{design.name}.html")
        .render(
            card=card,
            design=design,
            code=code,
            code_mm=_whole_mm(code, design.code_mm),
            places=[divmod(at, design.columns) for at in range(copies)],
            sizes=[size * card.script.size for size in sizes],
            address=_breakable(card.address),
            number=_unbroken(card.number),
            scan=_set(card.words["scan"]),
            call=_set(card.words["call"]),
            latin=_LATIN,
            start="right" if rtl else "left",
            end="left" if rtl else "right",
            **_said(card),
        )
    )


def _said(card: Card) -> Mapping[str, Sequence[Markup]]:
    """What is said large, below it, and small."""
    words = card.words
    if card.is_discreet:
        return {
            "headline": [_set(words["title"])],
            "body": [_set(words["questions_discreet"])],
            "small": [],
        }
    return {
        "headline": [_set(one) for one in _END_OF_QUESTION.split(words["questions"])],
        "body": [_set(words["help"]), _set(words["you_decide"])],
        "small": [_set(words["language"]), _set(words["danger"])],
    }


def _set(words: str) -> Markup:
    """Words as they are set: marks stay with their word, digits are plain ones."""
    text = str(escape(_BEFORE_A_MARK.sub(_NO_BREAK_SPACE, words)))
    return Markup(_DIGITS.sub(_as_digits, text))  # noqa: S704 - escaped above


def _as_digits(found: re.Match[str]) -> str:
    """A number in the font that all numbers have, in one piece."""
    return f'<span class="digits" dir="ltr">{_unbroken(found[1])}</span>'


def _unbroken(number: str) -> str:
    return number.replace(" ", _NO_BREAK_SPACE)


def _whole_mm(code: Code, inner_mm: float) -> float:
    """The side of the drawing, so that the code in it has the size that was meant."""
    return round(inner_mm * code.width / code.modules, 2)


def _breakable(address: str) -> Sequence[str]:
    """The address in letters, in pieces between which a line may end."""
    plain = address.removeprefix("https://").removeprefix("http://").rstrip("/")
    return _AFTER_A_MARK.split(plain)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(_DESIGNS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
