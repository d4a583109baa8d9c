"""Prints a card as PDF: the one home of WeasyPrint, loaded only when something is."""

import subprocess
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from bot.errors import PasserelleError
from bot.outreach.cards import Card, lay_out

if TYPE_CHECKING:
    from weasyprint import Document

_LATIN = "Noto Sans"
_TRIES = 5  # each halves what is open between the sizes that fit and do not
_SLACK = 0.5  # CSS pixels by which a line may end later than its place
_LIST_SECONDS = 60
LIBRARIES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
FONTS = "fonts-noto-core fonts-noto-cjk"


class CannotPrintError(PasserelleError):
    """This machine lacks what printing needs, or the words do not fit."""

    sentence = "The card cannot be made."


def missing_for(fonts: Sequence[str]) -> str | None:
    """A sentence about what this machine lacks to print in these fonts, or None."""
    try:
        _weasyprint()
        lacking = sorted({*fonts, _LATIN} - _installed_fonts())
    except CannotPrintError as error:
        return str(error)
    if not lacking:
        return None
    return (
        f"Fonts are missing: {', '.join(lacking)}."
        f" Install them (on Debian: apt-get install {FONTS})."
    )


def print_card(card: Card) -> bytes:
    """The sheet as PDF, its words as large as they fit, each letter in its font."""
    sizes = _fitting_sizes(card)
    sheet = _render(lay_out(card, sizes, copies=card.design.copies))
    if len(sheet.pages) != 1:
        raise CannotPrintError("The card does not fit on one sheet.")
    pdf: bytes = sheet.write_pdf()
    _check_fonts(sheet, card)
    return pdf


def _fitting_sizes(card: Card) -> list[float]:
    """Nearly the largest type for each run of text with which it ends in its place."""
    flows = card.design.flows
    fitting = [flow.smallest for flow in flows]
    largest = [flow.largest for flow in flows]
    tried = largest.copy()
    for _ in range(_TRIES):
        too_long = _overflowing(card, tried)
        for at, size in enumerate(tried):
            (largest if at in too_long else fitting)[at] = size
        if fitting == largest:
            return fitting
        tried = [sum(both) / 2 for both in zip(fitting, largest, strict=True)]
    if _overflowing(card, fitting):
        raise CannotPrintError(
            f"The words in {card.language} are too long for this design"
            f" ({card.design.name})."
        )
    return fitting


def _overflowing(card: Card, sizes: Sequence[float]) -> set[int]:
    """Which runs of text end below the foot of their place, tried on one card."""
    anchors = _render(lay_out(card, sizes, copies=1)).pages[0].anchors
    feet = {at: anchors[f"foot-{at}"][1] for at in range(len(sizes))}
    return {at for at, foot in feet.items() if anchors[f"end-{at}"][1] > foot + _SLACK}


def _render(html: str) -> "Document":
    weasyprint = _weasyprint()
    document: Document = weasyprint.HTML(string=html, url_fetcher=_refuse).render()
    return document


def _check_fonts(sheet: "Document", card: Card) -> None:
    """No letter may come from a font that happened to be there, or from none."""
    wanted = {card.script.font, _LATIN}
    used = {font.family for font in sheet.fonts.values()}
    missing = [font.missing for font in sheet.fonts.values() if font.missing]
    if missing or not used <= wanted:
        lacking = missing_for([card.script.font])
        raise CannotPrintError(
            lacking
            or f"Letters of {card.language} are not in {' or '.join(sorted(wanted))}."
        )


def _weasyprint() -> Any:
    with warnings.catch_warnings():
        # It can do without HarfBuzz's cutting of fonts, only more slowly.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            import weasyprint
        except (ImportError, OSError) as error:
            raise CannotPrintError(
                "Pango is missing. Install it"
                f" (on Debian: apt-get install {LIBRARIES})."
            ) from error
    return weasyprint


def _installed_fonts() -> set[str]:
    """Every family that fontconfig, which comes with Pango, knows of."""
    try:
        done = subprocess.run(
            ["fc-list", "--format", "%{family}\n"],  # noqa: S607 - where the system has it
            capture_output=True,
            text=True,
            timeout=_LIST_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotPrintError(
            "Fontconfig's fc-list is missing. Install it"
            " (on Debian: apt-get install fontconfig)."
        ) from error
    return {
        family.strip() for row in done.stdout.splitlines() for family in row.split(",")
    }


def _refuse(url: str, *_: Any, **__: Any) -> NoReturn:
    """A card is made of what is in it: nothing is fetched, not even a file."""
    raise ValueError(url)
