"""How updates reach us: asked for (polling) or brought (webhook). Both end in accept.

An update counts as received once the inbox holds it: only then does polling ask for
the next one, and only then does the webhook answer 200 (P17).
"""

import asyncio
import base64
import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.channels.bodies import read_body
from bot.channels.telegram_bot import parse_update
from bot.channels.telegram_dispatch import wait_of
from bot.channels.telegram_updates import KINDS
from bot.settings import Settings

LARGEST_UPDATE = 1024 * 1024  # bytes; a long message with a longer quote fits
SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 (a header's name)
_HOLD_SECONDS = 25  # how long Telegram holds a question for updates
_LONGEST_PAUSE = 60.0
_CONFLICT_PAUSE = 30.0
_REFUSED = "TELEGRAM_BOT_TOKEN was refused by the Bot API server."
_CONFLICT = "Another process asks Telegram for updates; this one waits."

Accept = Callable[[Update], Awaitable[None]]
_log = logging.getLogger(__name__)


class Patience:
    """Waits longer after each failure in a row, and logs each kind once per row."""

    def __init__(self, second: float = 1.0) -> None:
        """Args: second: how long a second of waiting is; tests shorten it."""
        self._second = second
        self._failures = 0
        self._logged: set[str] = set()

    def reset(self) -> None:
        """It worked."""
        self._failures = 0
        self._logged.clear()

    async def wait(self, error: Exception) -> None:
        """Wait as long as this error asks for."""
        self._log_once(error)
        self._failures += 1
        pause = min(2.0 ** min(self._failures - 1, 10), _LONGEST_PAUSE)
        if isinstance(error, Conflict):
            pause = _CONFLICT_PAUSE
        if asked := wait_of(error):
            pause = asked.total_seconds()
        await asyncio.sleep(pause * self._second)

    def _log_once(self, error: Exception) -> None:
        kind = type(error).__name__
        if kind in self._logged:
            return
        self._logged.add(kind)
        if isinstance(error, InvalidToken):
            _log.error(_REFUSED)
        elif isinstance(error, Conflict):
            _log.warning(_CONFLICT)
        else:
            _log.warning("Telegram cannot be reached: %s", kind)


async def poll(bot: Bot, accept: Accept, patience: Patience) -> None:
    """Ask for updates until cancelled, in their order, none left out."""
    offset: int | None = None
    while True:
        try:
            updates = await bot.get_updates(
                offset=offset, timeout=_HOLD_SECONDS, allowed_updates=KINDS
            )
            for update in updates:
                await accept(update)
                offset = update.update_id + 1
        except Exception as error:  # noqa: BLE001 (asked again from the same offset)
            await patience.wait(error)
        else:
            patience.reset()


async def leave_webhook(bot: Bot) -> None:
    """Let updates be asked for; those that wait are kept."""
    await bot.delete_webhook(drop_pending_updates=False)


async def set_webhook(bot: Bot, settings: Settings) -> None:
    """Have updates brought to us, with the secret."""
    await bot.set_webhook(
        webhook_address(settings),
        secret_token=str(settings.telegram_webhook_secret),
        allowed_updates=KINDS,
        drop_pending_updates=False,
    )


async def insist(call: Callable[[], Awaitable[None]], patience: Patience) -> None:
    """Call until Telegram has done it."""
    while True:
        try:
            await call()
        except TelegramError as error:
            await patience.wait(error)
        else:
            return


def webhook_address(settings: Settings) -> str:
    """The address as set; without a path of its own, one that nobody can guess."""
    address = settings.telegram_webhook_url.rstrip("/")
    if urlsplit(address).path:
        return address
    secret = str(settings.telegram_webhook_secret).encode()
    digest = hmac.digest(secret, str(settings.telegram_token).encode(), "sha256")
    return f"{address}/{base64.urlsafe_b64encode(digest[:18]).decode()}"


async def receive(settings: Settings, accept: Accept, request: Request) -> Response:
    """One update brought by Telegram; nothing is told to anybody else."""
    if not _knows_secret(settings, request):
        return Response(status_code=404)
    body = await read_body(request, largest=LARGEST_UPDATE)
    update = None if body is None else parse_update(_decode(body))
    if update is None:
        return Response(status_code=400)
    try:
        await accept(update)
    except Exception as error:  # noqa: BLE001 (Telegram brings it again)
        _log.error("an update is not stored: %s", type(error).__name__)
        return Response(status_code=503)
    return Response(status_code=200)


def _knows_secret(settings: Settings, request: Request) -> bool:
    secret = str(settings.telegram_webhook_secret).encode()
    given = request.headers.get(SECRET_HEADER, "").encode("latin-1")
    return bool(secret) and hmac.compare_digest(given, secret)


def _decode(body: bytes) -> object:
    try:
        decoded: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return decoded
