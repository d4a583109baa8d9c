"""`passerelle invite`: an account of a centre, or the way back to a lost one."""

import argparse
import sys

from bot.desk.invite import make_invitation_link
from bot.directory.load import load_directory
from bot.errors import PasserelleError
from bot.settings import read_settings
from bot.store.colleagues import Role
from bot.store.database import open_database
from bot.wiring import DIRECTORY, now


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The centre, and what the colleague may do there."""
    parser.add_argument("centre", help="the centre's id, such as payoke")
    parser.add_argument(
        "--role",
        choices=[role.value for role in Role],
        default=Role.ADMINISTRATOR.value,
        help="outreach makes links and cards, and sees no case",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print a link, good once; give it by hand or by voice, not by mail."""
    settings = read_settings()
    known = list(load_directory(DIRECTORY).centres)
    if arguments.centre not in known:
        raise PasserelleError(f"The centres are: {', '.join(known)}.")
    desk = settings.desk_url or f"http://{settings.desk_host}:{settings.desk_port}/"
    database = open_database(str(settings.database_url))
    try:
        role = Role(arguments.role)
        link = make_invitation_link(
            database, desk, arguments.centre, clock=now, role=role
        )
    finally:
        database.close()
    way_back = "with the centre's recovery key at hand" if role.holds_key else "as well"
    sys.stdout.write(
        f"{link}\nGood once, for three days. It also leads back to a lost account,"
        f" {way_back}.\n"
    )
    return 0
