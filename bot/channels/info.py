"""The page for those who help others: plain to read, to print, and it keeps nothing."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.channels.notice import UNCONFIRMED
from bot.channels.prose import Prose
from bot.intake.ports import Clock
from bot.wiring import Words

LANGUAGES = ("nl", "fr", "en", "de")
_OTHERWISE = "en"
_BEFORE_CENTRES = ("danger", "signs", "say", "avoid", "refer")
_AFTER_CENTRES = ("minors",)
_WITH_NUMBERS = ("danger", "refer", "minors")  # as the centres' own section


class InfoPage:
    """Writes the page in each of its languages once, and shows it."""

    def __init__(self, words: Words, clock: Clock) -> None:
        self._words = words
        self._clock = clock
        self._prose = Prose(words.directory)
        environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "pages"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._template = environment.get_template("info.html")

    async def show(self, request: Request) -> Response:
        """The page in the language asked for, else in the browser's."""
        asked = request.query_params.get("l", "")
        accepted = request.headers.get("accept-language", "")[:200]
        return HTMLResponse(self.write(choose_language(asked, accepted)))

    def write(self, language: str) -> str:
        """The page as HTML."""
        catalogs, outreach = self._words.catalogs, self._words.outreach
        directory = self._words.directory
        is_unconfirmed = bool(directory.unready(self._clock().date()))
        return self._template.render(
            language=language,
            languages=[(tag, self._words.languages[tag].name) for tag in LANGUAGES],
            before=_BEFORE_CENTRES,
            after=_AFTER_CENTRES,
            with_numbers=_WITH_NUMBERS,
            centres=directory.centres.values(),
            t=lambda key, **args: outreach.text(language, key, **args),
            blocks=lambda key: self._prose.write(outreach.text(language, key)),
            dial=self._prose.write_row,
            unconfirmed=catalogs.text(language, UNCONFIRMED) if is_unconfirmed else "",
            draft=catalogs.text(language, "draft.notice")
            if catalogs.status(language) == "draft"
            else "",
        )


def choose_language(asked: str, accepted: str) -> str:
    """The language asked for, else the first that the browser takes and we have."""
    for part in (asked, *accepted.split(",")):
        tag = part.split(";")[0].split("-")[0].strip().lower()
        if tag in LANGUAGES:
            return tag
    return _OTHERWISE
