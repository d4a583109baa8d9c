"""`passerelle export`: a sealed case as a folder for the stock `age` command."""

import argparse
import sys
from pathlib import Path

from bot.errors import PasserelleError
from bot.settings import read_settings
from bot.store.cases import export_case
from bot.store.database import open_database


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The case and the folder."""
    parser.add_argument("case", help="the case's number, or its id")
    parser.add_argument("folder", type=Path, help="a folder that is not there yet")


def run(arguments: argparse.Namespace) -> int:
    """Write the folder; what is in it opens with the centre's key alone."""
    folder: Path = arguments.folder
    if folder.exists():
        raise PasserelleError(f"{folder} is there already; name a new folder.")
    database = open_database(str(read_settings().database_url))
    try:
        with database.read() as connection:
            files = export_case(connection, arguments.case, folder)
    finally:
        database.close()
    if not files:
        raise PasserelleError("There is no such case, or it was erased.")
    sys.stdout.write(f"{len(files)} files in {folder}; README.txt says how to open.\n")
    return 0
