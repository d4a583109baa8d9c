"""The command `passerelle`: every way to start, watch and serve the house."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module

from bot.errors import PasserelleError


@dataclass(frozen=True, slots=True)
class Command:
    """One subcommand: its name, help and the module that runs it.

    The module has `add_arguments(parser)` and `run(arguments) -> int`; it is
    imported only when the command is used, so that none pays for another's start.
    """

    name: str
    help: str
    module: str


COMMANDS = (
    Command("run", "start everything on this machine", "bot.commands.run"),
    Command("chat", "start the process that persons meet", "bot.commands.chat"),
    Command("desk", "start the process that caseworkers meet", "bot.commands.desk"),
    Command("engine", "start the dialogue engine", "bot.commands.engine"),
    Command("translator", "start the translator", "bot.commands.translator"),
    Command(
        "languages", "install, list and remove translations", "bot.commands.languages"
    ),
    Command(
        "understand",
        "say what is understood of each line of standard input",
        "bot.commands.understand",
    ),
    Command("doctor", "check what is configured and missing", "bot.commands.doctor"),
    Command("words", "show and sign off translations", "bot.commands.words"),
    Command("export", "write a sealed case as a folder", "bot.commands.export"),
    Command("invite", "invite a colleague of a centre", "bot.commands.invite"),
    Command("link", "make, list and end links to hand out", "bot.commands.link"),
    Command("card", "print cards and posters with a code", "bot.commands.card"),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a subcommand; trouble is one sentence and exit code 1."""
    words = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(
        prog="passerelle",
        description="A multilingual dialogue agent that leads to a human.",
    )
    chosen = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        one = chosen.add_parser(command.name, help=command.help)
        if words[:1] == [command.name]:
            module = import_module(command.module)
            module.add_arguments(one)
            one.set_defaults(run=module.run)
    arguments = parser.parse_args(words)
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except PasserelleError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
