"""`passerelle link`: links to hand out, each ended with one command."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from bot.desk.links import LinkOffice, NewLink
from bot.desk_wiring import desk_secret
from bot.directory.load import load_directory
from bot.errors import PasserelleError
from bot.intake.conversation import Channel
from bot.language.languages import Languages
from bot.outreach.links import LONGEST_LABEL, MOST_DAYS, REGIONS, address_of
from bot.settings import Settings, read_settings
from bot.store.colleagues import add_centre
from bot.store.database import open_database
from bot.store.links import LinkRow, find_by_code, list_links
from bot.store.seal import Pocket
from bot.wiring import DIRECTORY, NLU_DATA, now

_WEEKS_SHOWN = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and with which link."""
    parser.description = (
        "A link leads to the first words like the page itself. Its label is kept at"
        " the desk only. Openings are told from ten, in tens, and up to 90 minutes"
        " late: nobody can see by them who came."
    )
    doing = parser.add_subparsers(dest="doing", metavar="WHAT", required=True)
    _add_make(doing.add_parser("make", help="make a link and print its address"))
    doing.add_parser("list", help="list the links, with openings per week")
    for name, told in (
        ("revoke", "end a link at once"),
        ("rotate", "end a link at once, with a new one in its place"),
    ):
        one = doing.add_parser(name, help=told)
        one.add_argument("code", help="the last eight signs of its address")


def _add_make(parser: argparse.ArgumentParser) -> None:
    languages = Languages(NLU_DATA / "languages.yml").enabled
    centres = list(load_directory(DIRECTORY).centres)
    parser.add_argument("label", help="what it is for; nobody outside reads this")
    parser.add_argument(
        "--language",
        choices=[row.tag for row in languages],
        metavar="TAG",
        help="the first words' language; else the phone's",
    )
    parser.add_argument("--centre", choices=centres, help="the centre to propose")
    parser.add_argument("--region", choices=REGIONS, help="where it is handed out")
    parser.add_argument(
        "--channel", choices=[one.value for one in Channel], default=Channel.WEB.value
    )
    parser.add_argument(
        "--days",
        type=int,
        metavar="N",
        help=f"how long it works, at most {MOST_DAYS}; else until it is ended",
    )
    parser.add_argument(
        "--for",
        dest="owner",
        choices=centres,
        help="the centre whose outreach workers see it at the desk",
    )


def run(arguments: argparse.Namespace) -> int:
    """Do it, and print what there is to print."""
    settings = read_settings()
    with _office(settings) as office:
        if arguments.doing == "list":
            return _list(office, settings)
        if arguments.doing == "make":
            return _make(office, settings, arguments)
        row = find_by_code(office.connection, arguments.code.lower())
        if row is None:
            raise PasserelleError("No link has this code.")
        if arguments.doing == "revoke":
            office.revoke(row)
            return _say("Ended: it shows the neutral page now.")
        return _say(_address(settings, office.rotate(row, made_by=None)))


def _make(office: LinkOffice, settings: Settings, arguments: argparse.Namespace) -> int:
    if arguments.channel == Channel.TELEGRAM and not settings.telegram_bot_name:
        raise PasserelleError("TELEGRAM_BOT_NAME is not set: no link can name the bot.")
    if arguments.owner is not None:
        add_centre(office.connection, arguments.owner, now=office.now)
    row = office.make(
        NewLink(
            label=_label(arguments.label),
            channel=arguments.channel,
            language=arguments.language,
            centre=arguments.centre,
            region=arguments.region,
            owner=arguments.owner,
            expires_at=_end(office.now, arguments.days),
        )
    )
    return _say(_address(settings, row))


def _label(text: str) -> str:
    label = text.strip()
    if not label or len(label) > LONGEST_LABEL or not label.isprintable():
        raise PasserelleError(f"A label has 1 to {LONGEST_LABEL} signs.")
    return label


def _end(start: datetime, days: int | None) -> datetime | None:
    if days is None:
        return None
    if not 1 <= days <= MOST_DAYS:
        raise PasserelleError(f"--days must be from 1 to {MOST_DAYS}.")
    return start + timedelta(days=days)


def _list(office: LinkOffice, settings: Settings) -> int:
    rows = list_links(office.connection)
    counts = office.counts(rows)
    for row in rows:
        place = row.centre_id or row.region or "anywhere"
        _say(
            f"{_address(settings, row)}  {row.state(office.now)}  {row.language or '-'}"
            f"  {place}  {office.label(row)}"
        )
        for week, opens in counts.get(row.id, ())[:_WEEKS_SHOWN]:
            few = "fewer than 10" if opens is None else f"{opens} or more"
            _say(f"  {week}  {few}")
    return 0 if rows else _say("There is no link yet.")


def _address(settings: Settings, row: LinkRow) -> str:
    return address_of(
        row.code,
        row.channel,
        chat_url=settings.chat_address,
        bot_name=settings.telegram_bot_name,
    )


@contextmanager
def _office(settings: Settings) -> Iterator[LinkOffice]:
    """The house's links, with the desk's own secret: run it on the desk's machine."""
    database = open_database(str(settings.database_url))
    try:
        with database.write() as connection:
            yield LinkOffice(connection, Pocket(desk_secret(settings)), now())
    finally:
        database.close()


def _say(sentence: str) -> int:
    sys.stdout.write(f"{sentence}\n")
    return 0
