"""`passerelle chat`: the web page, Telegram, and Rasa's actions, in one process."""

import argparse
import asyncio
import logging

from bot.chat_process import serve_chat
from bot.settings import read_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none; settings come from the environment."""


def run(arguments: argparse.Namespace) -> int:
    """Serve until asked to stop."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    # Their lines hold addresses with the bot's token in them.
    for loud in ("httpx", "httpcore", "telegram", "aiohttp.access"):
        logging.getLogger(loud).setLevel(logging.WARNING)
    asyncio.run(serve_chat(read_settings()))
    return 0
