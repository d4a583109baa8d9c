"""`passerelle run`: everything on this machine, with demonstration centres."""

import argparse
import json
import os
import sys
from pathlib import Path

from bot.commands.translator import translator_environment
from bot.engine_process import engine_command, engine_environment
from bot.errors import SettingError
from bot.keys import ACCOUNTS_FILE
from bot.settings import Settings, read_settings
from bot.supervisor import Child, Supervisor, port_is_free


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none; settings come from the environment."""


def run(arguments: argparse.Namespace) -> int:
    """Start engine, chat and desk, and stay until Ctrl-C."""
    settings = read_settings()
    if settings.production:
        raise SettingError(
            "PASSERELLE_MODE=production: start `passerelle chat`, `passerelle desk`"
            " and `passerelle engine` one by one, under a service manager."
        )
    _check_ports(settings)
    say(f"Starting; logs are in {_logs(settings)}.")
    supervisor = Supervisor(_children(settings), say)
    return supervisor.run(
        {
            "desk": lambda: _tell_desk(settings),
            "chat": lambda: _tell_chat(settings),
            "engine": _tell_ready,
        }
    )


def say(sentence: str) -> None:
    """Tell whoever started it."""
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def _children(settings: Settings) -> list[Child]:
    passerelle = str(Path(sys.executable).parent / "passerelle")
    chat = f"http://{settings.chat_host}:{settings.chat_port}/"
    desk = f"http://{settings.desk_host}:{settings.desk_port}/"
    engine = f"{settings.engine_url}/status"
    rows = (
        ("chat", [passerelle, "chat"], dict(os.environ), chat),
        ("desk", [passerelle, "desk"], dict(os.environ), desk),
        ("engine", engine_command(settings), engine_environment(settings), engine),
    )
    needed = [
        Child(name, command, environment, url, _logs(settings) / f"{name}.log")
        for name, command, environment, url in rows
    ]
    return [*needed, _translator(settings, passerelle)]


def _translator(settings: Settings, passerelle: str) -> Child:
    """Nobody waits for it, and where it cannot start the house is without it."""
    return Child(
        "translator",
        [passerelle, "translator"],
        translator_environment(os.environ),
        f"unix:{settings.translator_socket}",
        _logs(settings) / "translator.log",
        is_needed=False,
    )


def _logs(settings: Settings) -> Path:
    return settings.data.parent / "log"


def _check_ports(settings: Settings) -> None:
    for name, host, port in (
        ("PASSERELLE_CHAT_PORT", settings.chat_host, settings.chat_port),
        ("PASSERELLE_DESK_PORT", settings.desk_host, settings.desk_port),
        ("PASSERELLE_ENGINE_PORT", "127.0.0.1", settings.engine_port),
        ("PASSERELLE_ACTION_PORT", "127.0.0.1", settings.action_port),
    ):
        if not port_is_free(host, port):
            raise SettingError(
                f"Port {port} is in use; set {name} to another one, or stop what"
                " listens there."
            )


def _tell_chat(settings: Settings) -> None:
    say(f"\nThe person's page:  http://{settings.chat_host}:{settings.chat_port}/")


def _tell_desk(settings: Settings) -> None:
    accounts = json.loads((settings.data / ACCOUNTS_FILE).read_text())
    say(f"\nThe desk:           http://{settings.desk_host}:{settings.desk_port}/")
    say("Demonstration accounts, one for each centre:")
    for row in accounts:
        name, password = row["name"], row["password"]
        say(f"  {row['centre']:<8} name {name:<8} password {password}")


def _tell_ready() -> None:
    say(
        "\nEverything runs. Open the person's page, say hello, and walk to a handover;"
        "\nthen sign in at the desk with that centre's account and answer."
        "\nCtrl-C stops everything."
    )
