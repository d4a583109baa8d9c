"""Writes the person's page: words from the catalog, buttons, one question at a time."""

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.channels.icons import Icon, icon_of
from bot.intake.conversation import Owner, Step
from bot.intake.reply import Author, Line
from bot.intake.turn import Screen
from bot.wiring import Words

_HERE = Path(__file__).parent
STATIC: Mapping[str, Path] = {
    "page.js": _HERE / "static" / "person.js",
    "page.css": _HERE / "static" / "person.css",
    "icon.svg": _HERE / "static" / "icon.svg",
}
# On every screen of the page, so no message needs them as well.
_ALWAYS_THERE = frozenset({"stop", "numbers", "leave", "language"})
_LIVE = frozenset({Step.RELAY})
_WEIGHTY = ("cs.", "consent.", "preview.", "language.changed")


@dataclass(frozen=True, slots=True)
class SpokenWords:
    """A caseworker's line: shown with who says it."""

    id: int
    alias: str
    words: str


@dataclass(frozen=True, slots=True)
class ShownButton:
    """A button as the page shows it."""

    token: str
    label: str
    icon: Icon


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A message as the page shows it."""

    html: Markup
    buttons: Sequence[ShownButton]
    is_language_choice: bool


@dataclass(frozen=True, slots=True)
class Page:
    """All that one page holds."""

    language: str
    address: str
    lines: Sequence[Line]
    words: Sequence[SpokenWords] = ()
    seen: int = 0  # the highest outbox id on it, acknowledged by the next request
    said: str = ""
    live: bool = False
    stopped: bool = False
    first: bool = False
    left: bool = False
    may_write: bool = True
    case_tools: bool = False
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(9))


class PageWriter:
    """Makes pages and writes them as HTML."""

    def __init__(self, words: Words, leave_url: str) -> None:
        self._words = words
        self._leave_url = leave_url
        environment = Environment(
            loader=FileSystemLoader(_HERE / "pages"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._template = environment.get_template("page.html")
        self._numbers = _number_pattern(words.directory.arguments())
        # Only words of the catalog that are the same for everyone: nothing of a
        # person or a caseworker is ever kept here.
        self._fixed: dict[tuple[str, str], Markup] = {}
        self._fixed_blocks: dict[tuple[str, str], Markup] = {}

    def first(self, language: str) -> Page:
        """The first words, before anything is stored."""
        tokens = (("go_on", "button.go_on"), ("menu", "button.menu"))
        lines = (Line("first.hello", {}, tokens, Author.CONTROL),)
        address = secrets.token_urlsafe(32)
        return Page(language, address, lines, first=True)

    def left(self, language: str) -> Page:
        """An empty page on its way to somewhere harmless."""
        return Page(language, "", (), left=True)

    def trouble(self, language: str, key: str, *, address: str = "") -> Page:
        """One kind sentence, and all the controls."""
        tokens = (("menu", "button.menu"),)
        lines = (Line(key, {}, tokens, Author.CONTROL),)
        return Page(language, address or secrets.token_urlsafe(32), lines)

    def screen(
        self,
        screen: Screen,
        *,
        address: str,
        words: Sequence[SpokenWords],
        said: str = "",
    ) -> Page:
        """The page after a turn."""
        conversation = screen.conversation
        has_case = conversation.case_id is not None and not screen.erased
        return Page(
            conversation.language,
            address,
            screen.lines,
            words=words,
            seen=max((row.id for row in words), default=0),
            said=said,
            live=has_case
            and (conversation.owner is Owner.HUMAN or conversation.step in _LIVE),
            stopped=conversation.stopped,
            may_write=not conversation.stopped,
            case_tools=has_case,
        )

    def write(self, page: Page) -> str:
        """The page as HTML."""
        catalogs, language = self._words.catalogs, page.language

        def text(key: str, **args: str) -> str:
            if args:
                return catalogs.text(language, key, **args)
            return self._fixed_words(language, key)

        return self._template.render(
            page=page,
            t=text,
            direction=catalogs.direction(language),
            is_draft=catalogs.status(language) == "draft" and _is_weighty(page),
            lines=[self._shown(line, language) for line in page.lines],
            case_buttons=self._case_buttons(language) if page.case_tools else (),
            leave_url=self._leave_url,
            icon=icon_of,
            paragraphs=self._paragraphs,
            seen=page.seen,
        )

    def _shown(self, line: Line, language: str) -> ShownLine:
        tokens = [pair for pair in line.tokens if pair[0] not in _ALWAYS_THERE]
        return ShownLine(
            html=self._line(line, language),
            buttons=self._buttons(tokens, language),
            is_language_choice=line.key == "language.ask",
        )

    def _line(self, line: Line, language: str) -> Markup:
        place = (language, line.key)
        if not line.args and place in self._fixed_blocks:
            return self._fixed_blocks[place]
        words = self._words.catalogs.text(language, line.key, **line.args)
        blocks = self._paragraphs(words)
        if not line.args:
            self._fixed_blocks[place] = blocks
        return blocks

    def _fixed_words(self, language: str, key: str) -> Markup:
        place = (language, key)
        found = self._fixed.get(place)
        if found is None:
            words = self._words.catalogs.text(language, key)
            found = self._fixed[place] = escape(words)
        return found

    def _case_buttons(self, language: str) -> Sequence[ShownButton]:
        names = ("receipt", "seen", "withdraw")
        return self._buttons([(n, f"button.{n}") for n in names], language)

    def _buttons(
        self, tokens: Iterable[tuple[str, str]], language: str
    ) -> list[ShownButton]:
        return [
            ShownButton(token, self._fixed_words(language, label), icon_of(label))
            for token, label in tokens
        ]

    def _paragraphs(self, words: str) -> Markup:
        """Plain text as HTML: paragraphs, lists, and numbers that can be dialled."""
        blocks = (self._block(block) for block in words.split("\n\n") if block.strip())
        return Markup("").join(blocks)

    def _block(self, block: str) -> Markup:
        rows = block.split("\n")
        if all(row.startswith("- ") for row in rows):
            items = Markup("").join(
                Markup("<li>{}</li>").format(self._dial(row[2:])) for row in rows
            )
            return Markup("<ul>{}</ul>").format(items)
        body = Markup("<br>").join(self._dial(row) for row in rows)
        return Markup('<p dir="auto">{}</p>').format(body)

    def _dial(self, row: str) -> Markup:
        parts = self._numbers.split(row)
        return Markup("").join(
            _dial_link(part) if place % 2 else escape(part)
            for place, part in enumerate(parts)
        )


def _is_weighty(page: Page) -> bool:
    """Where a doubt about a translation matters most, it is said again."""
    return page.first or any(line.key.startswith(_WEIGHTY) for line in page.lines)


def _number_pattern(arguments: Mapping[str, str]) -> re.Pattern[str]:
    numbers = {v for name, v in arguments.items() if name.startswith("number_")}
    longest_first = sorted(numbers, key=len, reverse=True)
    either = "|".join(re.escape(number) for number in longest_first)
    return re.compile(rf"(?<![\d])({either})(?![\d])")


def _dial_link(number: str) -> Markup:
    digits = re.sub(r"[^\d+]", "", number)
    return Markup('<a href="tel:{}"><bdi>{}</bdi></a>').format(digits, number)
