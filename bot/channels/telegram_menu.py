"""What Telegram shows beside the chat: the list of commands, and who we are."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats
from telegram.error import BadRequest

from bot.intake.ports import Catalogs

# In the order shown. Their words must be harmless on a phone that others look at.
COMMANDS = ("start", "menu", "numbers", "language", "help", "stop", "erase")
_PRIVATE = BotCommandScopeAllPrivateChats()
# Where Telegram's two letters are not the first part of our tag.
_TAGS = {"zh": "zh-Hans", "sr": "sr-Latn", "hr": "sr-Latn", "bs": "sr-Latn"}

_log = logging.getLogger(__name__)


def tag_of(code: str) -> str:
    """Our language tag for the language code of somebody's app."""
    return _TAGS.get(code.split("-")[0].casefold(), code)


async def introduce(bot: Bot, catalogs: Catalogs, languages: Sequence[str]) -> None:
    """Set menu and descriptions in every language; the first also for all others.

    What is there already is left alone: Telegram counts these calls severely.
    """
    for code, tag in [("", languages[0]), *((t.split("-")[0], t) for t in languages)]:
        text = partial(catalogs.text, tag)
        commands = [BotCommand(c, text(f"telegram.command.{c}")) for c in COMMANDS]
        description = text("telegram.description")
        short = text("telegram.short_description")
        if list(await bot.get_my_commands(_PRIVATE, code)) != commands:
            await _set(partial(bot.set_my_commands, commands, _PRIVATE, code))
        if (await bot.get_my_description(code)).description != description:
            await _set(partial(bot.set_my_description, description, code))
        if (await bot.get_my_short_description(code)).short_description != short:
            await _set(partial(bot.set_my_short_description, short, code))


async def _set(call: Callable[[], Awaitable[Any]]) -> None:
    try:
        await call()
    except BadRequest as error:
        # A text that Telegram does not take must not keep the others away.
        _log.error("menu not accepted: %s", type(error).__name__)
