"""`passerelle desk`: the desk's server."""

import argparse
import logging

import uvicorn

from bot.desk_wiring import open_desk
from bot.settings import read_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none; settings come from the environment."""


def run(arguments: argparse.Namespace) -> int:
    """Serve until asked to stop."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    settings = read_settings()
    with open_desk(settings) as app:
        uvicorn.run(
            app,
            host=settings.desk_host,
            port=settings.desk_port,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=3,
        )
    return 0
