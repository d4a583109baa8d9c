"""Writes the person's page: words from the catalog, buttons, one question at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.channels.form import new_address, new_nonce
from bot.channels.icons import Icon, icon_of
from bot.channels.notice import (
    FOR_HELPERS,
    LINK_CLOSED,
    UNCONFIRMED,
    is_unconfirmed,
)
from bot.channels.prose import EXACT, Prose
from bot.channels.spoken import Kind, Passage, Speaker, Spoken
from bot.intake.conversation import Owner
from bot.intake.ports import Clock
from bot.intake.reply import Author, Line
from bot.intake.turn import Screen
from bot.wiring import Words

_HERE = Path(__file__).parent
STATIC: Mapping[str, Path] = {
    "page.js": _HERE / "static" / "person.js",
    "page.css": _HERE / "static" / "person.css",
    "icon.svg": _HERE / "static" / "icon.svg",
    "info.css": _HERE / "static" / "info.css",
}
# On every screen of the page, so no message needs them as well.
_ALWAYS_THERE = frozenset({"stop", "numbers", "leave", "language"})
# While a caseworker has the conversation, the menu would say nothing.
_WITH_A_HUMAN = _ALWAYS_THERE | {"menu"}
_CASE_TOOLS = ("receipt", "seen", "withdraw")
_RELAY_TOOLS = ("interpreter",)
# After these the words may be sent once more: they go back into the field.
_UNREAD = frozenset(
    {"error.too_long", "error.busy", "error.trouble", "error.engine_away"}
)
# Only these answers come with words that went to the case.
_RELAYED = frozenset(
    {
        "relay.noted",
        "relay.waiting_closed",
        "danger.numbers",
        "self_harm.numbers",
        "relay.handed_back",
        "relay.closed",
    }
)
_NO_ARGS: Mapping[str, str] = MappingProxyType({})
_WEIGHTY = ("cs.", "consent.", "preview.", "language.changed")


@dataclass(frozen=True, slots=True)
class SpokenWords:
    """A caseworker's line: shown with who says it."""

    id: int
    alias: str
    spoken: Spoken
    centre_id: str = ""


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
    note: str
    is_for_helpers: bool  # there is a page of its own for them


@dataclass(frozen=True, slots=True)
class Page:
    """All that one page holds."""

    language: str
    address: str
    lines: Sequence[Line]
    words: Sequence[SpokenWords] = ()
    seen: int = 0  # the highest outbox id on it, acknowledged by the next request
    said: str = ""  # went to the case
    typed: str = ""  # was not read: stands in the field again
    code: str | None = None  # did not lead back: perhaps one letter is wrong
    live: bool = False  # what is typed goes to a caseworker, who may answer
    stopped: bool = False
    first: bool = False
    left: bool = False
    has_menu: bool = True
    has_case: bool = False
    link: str = ""  # the code that it was opened with; goes along with the first press
    nonce: str = field(default_factory=new_nonce)


class PageWriter:
    """Makes pages and writes them as HTML."""

    def __init__(self, words: Words, leave_url: str, clock: Clock) -> None:
        self._words = words
        self._leave_url = leave_url
        self._clock = clock
        environment = Environment(
            loader=FileSystemLoader(_HERE / "pages"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._template = environment.get_template("page.html")
        self._closed = environment.get_template("closed.html")
        self._prose = Prose(words.directory)
        self._speaker = Speaker(words)
        # Only words of the catalog that are the same for everyone: nothing of a
        # person or a caseworker is ever kept here.
        self._fixed: dict[tuple[str, str], Markup] = {}
        self._fixed_blocks: dict[tuple[str, str], Markup] = {}

    def first(self, language: str, *, link: str = "") -> Page:
        """The first words, before anything is stored."""
        tokens = (("go_on", "button.go_on"), ("menu", "button.menu"))
        lines = (Line("first.hello", {}, tokens, Author.CONTROL),)
        address = new_address()
        return Page(language, address, lines, first=True, has_menu=False, link=link)

    def left(self, language: str) -> Page:
        """An empty page on its way to somewhere harmless."""
        return Page(language, "", (), left=True)

    def trouble(
        self, language: str, key: str, *, address: str = "", typed: str = ""
    ) -> Page:
        """One kind sentence, and all the controls."""
        tokens = (("menu", "button.menu"),)
        lines = (Line(key, {}, tokens, Author.CONTROL),)
        address = address or new_address()
        return Page(language, address, lines, typed=typed)

    def unknown_code(self, language: str, *, address: str, code: str) -> Page:
        """The code did not work; it can be mended and tried again."""
        page = self.trouble(language, "receipt.unknown", address=address)
        return replace(page, code=code)

    def write_closed(self, language: str) -> str:
        """All that a link leads to which does not work: a number, and nothing else."""
        line = self._shown(_line(LINK_CLOSED), self.trouble(language, LINK_CLOSED))
        return self._closed.render(
            title=self._fixed_words(language, "web.title"),
            language=language,
            direction=self._words.catalogs.direction(language),
            line=line,
        )

    def screen(
        self,
        screen: Screen,
        *,
        address: str,
        words: Sequence[SpokenWords] = (),
        live: bool = False,
        text: str = "",
    ) -> Page:
        """The page after a turn; `text` is what was typed in it."""
        conversation, keys = screen.conversation, {line.key for line in screen.lines}
        return Page(
            conversation.language,
            address,
            screen.lines,
            words=words,
            seen=max((row.id for row in words), default=0),
            said=text if live and keys <= _RELAYED else "",
            typed=text if keys & _UNREAD else "",
            live=live and not conversation.stopped,
            stopped=conversation.stopped and not screen.erased,
            has_menu=conversation.owner is Owner.BOT or screen.erased,
            has_case=conversation.case_id is not None and not screen.erased,
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
            lines=[self._shown(line, page) for line in page.lines],
            tools=self._buttons(_tools(page), language),
            leave_url=self._leave_url,
            icon=icon_of,
            typed=self._prose.write_typed,
            passages=partial(self._passages, language),
            blocks=partial(self._blocks, language),
        )

    def _passages(
        self, language: str, words: SpokenWords
    ) -> list[tuple[Passage, Markup]]:
        said = self._speaker.passages(words.spoken, language, words.centre_id)
        return [(passage, self._write_passage(passage)) for passage in said]

    def _write_passage(self, passage: Passage) -> Markup:
        if passage.kind is Kind.OWN:
            return self._prose.write_typed(passage.text)
        if passage.kind is Kind.MACHINE:
            return self._prose.write_unchecked(passage.text)
        return self._prose.write(passage.text)

    def _shown(self, line: Line, page: Page) -> ShownLine:
        language = page.language
        hidden = _ALWAYS_THERE if page.has_menu or page.first else _WITH_A_HUMAN
        tokens = [pair for pair in line.tokens if pair[0] not in hidden]
        now, directory = self._clock(), self._words.directory
        unconfirmed = is_unconfirmed(line.key, directory, now)
        return ShownLine(
            html=self._blocks(language, line.key, line.args),
            buttons=self._buttons(tokens, language),
            is_language_choice=line.key == "language.ask",
            note=self._fixed_words(language, UNCONFIRMED) if unconfirmed else "",
            is_for_helpers=line.key.startswith(FOR_HELPERS),
        )

    def _blocks(
        self, language: str, key: str, args: Mapping[str, str] = _NO_ARGS
    ) -> Markup:
        place = (language, key)
        if not args and place in self._fixed_blocks:
            return self._fixed_blocks[place]
        exact = args.get("text", "")
        shown = {**args, "text": EXACT} if exact else args
        words = self._words.catalogs.text(language, key, **shown)
        blocks = self._prose.write(words, exact)
        if not args:
            self._fixed_blocks[place] = blocks
        return blocks

    def _fixed_words(self, language: str, key: str) -> Markup:
        place = (language, key)
        found = self._fixed.get(place)
        if found is None:
            words = self._words.catalogs.text(language, key)
            found = self._fixed[place] = escape(words)
        return found

    def _buttons(
        self, tokens: Iterable[tuple[str, str]], language: str
    ) -> list[ShownButton]:
        return [
            ShownButton(token, self._fixed_words(language, label), icon_of(label))
            for token, label in tokens
        ]


def _line(key: str) -> Line:
    return Line(key, {}, (), Author.CONTROL)


def _tools(page: Page) -> list[tuple[str, str]]:
    """What this state needs on the page, where no message offers it already."""
    names = ["resume"] if page.stopped else []
    names += _RELAY_TOOLS if page.live else ()
    names += _CASE_TOOLS if page.has_case else ()
    offered = {token for line in page.lines for token, _ in line.tokens}
    return [(name, f"button.{name}") for name in names if name not in offered]


def _is_weighty(page: Page) -> bool:
    """Where a doubt about a translation matters most, it is said again."""
    return page.first or any(line.key.startswith(_WEIGHTY) for line in page.lines)
