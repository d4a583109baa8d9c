"""`passerelle engine`: become the Rasa process."""

import argparse
import os

from bot.engine_process import engine_command, engine_environment
from bot.settings import read_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none; settings come from the environment."""


def run(arguments: argparse.Namespace) -> int:
    """Replace this process by Rasa; does not return."""
    settings = read_settings()
    command = engine_command(settings)
    os.execve(command[0], command, engine_environment(settings))  # noqa: S606 (ours)
