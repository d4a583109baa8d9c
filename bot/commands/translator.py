"""`passerelle translator`: the process that translates, and can do nothing else."""

import argparse
import logging
import os
from collections.abc import Mapping

from bot.settings import read_settings

_OWN = ("PASSERELLE_DATA", "PASSERELLE_PACKAGES", "PASSERELLE_TRANSLATOR_")
_OF_THE_SYSTEM = ("PATH", "LANG", "TZ")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none; settings come from the environment."""


def run(arguments: argparse.Namespace) -> int:
    """Serve until asked to stop."""
    # Its libraries take fifty megabytes: not for whoever only starts it.
    from bot.translator_process import serve_translator

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    # Its own settings are enough, so that it runs where the secrets of others are not.
    serve_translator(read_settings(translator_environment(os.environ)))
    return 0


def translator_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What the process is given: its own settings, and no secret of the house."""
    return {
        name: value
        for name, value in environ.items()
        if name in _OF_THE_SYSTEM or name.startswith(_OWN)
    }
