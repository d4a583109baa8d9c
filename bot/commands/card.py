"""`passerelle card`: cards and posters to print, in every language."""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.errors import PasserelleError
from bot.language.languages import Language, Languages
from bot.outreach.cards import DESIGNS, Card, Design, script_of, words_needed
from bot.outreach.links import address_of
from bot.outreach.printing import missing_for, print_card
from bot.settings import Settings, read_settings
from bot.store.database import open_database
from bot.store.links import LinkRow, find_by_code, list_links
from bot.wiring import Words, load_words, now

LONGEST_ADDRESS = 100
_ADDRESS = re.compile(r"https?://[!-~]+")
_STANDARD_OUTPUT = Path("-")
_ENDED = {
    "revoked": "This link was ended: a card would lead to the neutral page only.",
    "expired": "This link has expired: a card would lead to the neutral page only.",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to print, in which language, and where the code leads."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    kinds = "\n".join(f"  {one.name:<8}{one.help}" for one in DESIGNS.values())
    parser.description = (
        "Make a sheet (A4, PDF) to print: a code to scan, the same address in\n"
        "letters, and a number to call for those without data.\n\n"
        f"designs:\n{kinds}\n\n"
        "--discreet says nothing of what it is about. Notes for the one who prints\n"
        "stand outside the cut lines. Print at full size, not fitted to the page."
    )
    parser.epilog = (
        "examples:\n"
        "  passerelle card --language ar --design strip --out card.pdf\n"
        "  passerelle card --link bcdf2345 --design pocket --discreet --out card.pdf\n"
        "  passerelle card --all --design poster --out posters"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--language", metavar="TAG", help="such as ar; else the link's")
    which.add_argument("--all", action="store_true", help="every language, in a folder")
    parser.add_argument("--design", choices=list(DESIGNS), required=True)
    parser.add_argument("--discreet", action="store_true", help="with neutral words")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--link", metavar="CODE", help="a link's code or id")
    where.add_argument("--url", metavar="ADDRESS", help="another address to lead to")
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        help="the PDF to write, - for standard output; with --all, a folder",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the card or cards, and say what was written."""
    settings = read_settings()
    words = load_words(settings)
    link = _find_link(settings, arguments.link) if arguments.link else None
    languages = _languages(words.languages, arguments, link)
    address = _address(settings, arguments.url, link)
    design = DESIGNS[arguments.design]
    lacking = missing_for([script_of(one.tag).font for one in languages])
    if lacking:
        raise PasserelleError(lacking)
    cards = (
        make_card(words, one, design, address=address, is_discreet=arguments.discreet)
        for one in languages
    )
    if arguments.all:
        return _print_all(cards, arguments.out, len(languages))
    return _print_one(next(cards), arguments.out)


def _print_one(card: Card, out: Path) -> int:
    pdf = print_card(card)
    if out == _STANDARD_OUTPUT:
        sys.stdout.buffer.write(pdf)
        return 0
    _write(out, pdf)
    notes = "".join(f"  {note}\n" for note in card.notes)
    sys.stdout.write(f"Written to {out}.\n{notes}")
    return 0


def _print_all(cards: Iterator[Card], folder: Path, total: int) -> int:
    if folder == _STANDARD_OUTPUT:
        raise PasserelleError("With --all, --out names a folder.")
    kind = ""
    for done, card in enumerate(cards, start=1):
        kind = f"{card.design.name}{'-discreet' if card.is_discreet else ''}"
        path = folder / f"{card.language}-{kind}.pdf"
        _write(path, print_card(card))
        sys.stdout.write(f"{done:>3}/{total}  {path.name}\n")
        sys.stdout.flush()
    sys.stdout.write(f"Written to {folder}.\n")
    return 0


def _write(path: Path, pdf: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pdf)
    except OSError as error:
        raise PasserelleError(f"{path} cannot be written: {error.strerror}.") from error


def _languages(
    languages: Languages, arguments: argparse.Namespace, link: LinkRow | None
) -> Sequence[Language]:
    """Which to print in: all of them, the one named, or the link's own."""
    if arguments.all:
        return languages.enabled
    tag = arguments.language or (link.language if link else None)
    if tag is None:
        raise PasserelleError("Name a language with --language, or --all.")
    known = {one.tag.lower(): one for one in languages.enabled}
    if tag.lower() not in known:
        names = ", ".join(one.tag for one in languages.enabled)
        raise PasserelleError(f"There is no language {tag}. There are: {names}.")
    return [known[tag.lower()]]


def _find_link(settings: Settings, name: str) -> LinkRow:
    """The link of this code or id, if a card for it would lead anywhere."""
    database = open_database(str(settings.database_url))
    try:
        with database.read() as connection:
            row = find_by_code(connection, name.lower()) or next(
                (one for one in list_links(connection) if one.id == name), None
            )
    finally:
        database.close()
    if row is None:
        raise PasserelleError("No link has this code or id.")
    if ended := _ENDED.get(row.state(now())):
        raise PasserelleError(ended)
    return row


def _address(settings: Settings, url: str | None, link: LinkRow | None) -> str:
    """Where the code leads: the address given, the link's, or the page's own."""
    address = url or settings.chat_address
    if link is not None:
        if link.channel == "telegram" and not settings.telegram_bot_name:
            raise PasserelleError(
                "TELEGRAM_BOT_NAME is not set: no card can name the bot."
            )
        address = address_of(
            link.code,
            link.channel,
            chat_url=settings.chat_address,
            bot_name=settings.telegram_bot_name,
        )
    if not _ADDRESS.fullmatch(address) or len(address) > LONGEST_ADDRESS:
        raise PasserelleError(
            "The address must begin with https:// or http://, without spaces, and"
            f" have at most {LONGEST_ADDRESS} signs."
        )
    return address


def make_card(
    words: Words, language: Language, design: Design, *, address: str, is_discreet: bool
) -> Card:
    """A card as this house prints it, with what is still doubtful about it."""
    catalogs, tag = words.catalogs, language.tag
    needed = {name: f"printed.{name}" for name in words_needed(is_discreet=is_discreet)}
    if unsaid := [key for key in needed.values() if not catalogs.has(tag, key)]:
        raise PasserelleError(f"The catalog of {tag} does not say {unsaid[0]}.")
    says_danger = design.says_danger and not is_discreet
    return Card(
        design=design,
        is_discreet=is_discreet,
        language=tag,
        direction=language.direction,
        words={name: catalogs.text(tag, key) for name, key in needed.items()},
        number=words.directory.numbers["central"].shown,
        address=address,
        notes=[
            _describe(language, design, is_discreet=is_discreet),
            *_doubts(words, language, address, says_danger=says_danger),
        ],
        script=script_of(tag),
    )


def _describe(language: Language, design: Design, *, is_discreet: bool) -> str:
    kind = f"{design.name}, discreet" if is_discreet else design.name
    return f"{language.english_name}, {kind}. {design.cutting}"


def _doubts(
    words: Words, language: Language, address: str, *, says_danger: bool
) -> Iterator[str]:
    """What the one who hands it out must know before doing so."""
    doubts = []
    if language.status == "draft":
        doubts.append("Draft: no native reader has checked these words yet.")
    today = now().date()
    names = ("central", "danger") if says_danger else ("central",)
    numbers = [words.directory.numbers[name] for name in names]
    if stale := [one.shown for one in numbers if not one.check.is_fresh(today)]:
        doubts.append(f"Not checked by telephone yet: {', '.join(stale)}.")
    if doubts:
        yield " ".join(doubts)
    if re.match(r"https?://(127\.|localhost\b|\[::1\])", address):
        yield "Demonstration: this address opens on the computer that made it only."
