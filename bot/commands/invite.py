"""`passerelle invite`: the first account of a centre, or the way back to a lost one."""

import argparse
import sys

from bot.desk.invite import make_invitation_link
from bot.directory.load import load_directory
from bot.errors import PasserelleError
from bot.settings import read_settings
from bot.store.database import open_database
from bot.wiring import DIRECTORY, now


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The centre."""
    parser.add_argument("centre", help="the centre's id, such as payoke")


def run(arguments: argparse.Namespace) -> int:
    """Print a link, good once; give it by hand or by voice, not by mail."""
    settings = read_settings()
    known = list(load_directory(DIRECTORY).centres)
    if arguments.centre not in known:
        raise PasserelleError(f"The centres are: {', '.join(known)}.")
    desk = settings.desk_url or f"http://{settings.desk_host}:{settings.desk_port}/"
    database = open_database(str(settings.database_url))
    try:
        link = make_invitation_link(database, desk, arguments.centre, clock=now)
    finally:
        database.close()
    sys.stdout.write(
        f"{link}\nGood once, for three days. With the centre's recovery key at hand it"
        " also leads back to a lost account.\n"
    )
    return 0
