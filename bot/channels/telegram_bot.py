"""The Bot API client: python-telegram-bot, made quiet and patient."""

import json
import logging
from typing import Any

from telegram import Bot, Update
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.settings import Settings

# These loggers write addresses (with the token in them) or whole updates.
_CHATTY = {"telegram": logging.CRITICAL + 1, "httpx": logging.WARNING}
_CHATTY["httpcore"] = logging.WARNING


class QuietRequest(HTTPXRequest):
    """Reads answers without ever logging what is in them (P13)."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        try:
            answer = json.loads(payload)
        except (ValueError, RecursionError):
            raise TelegramError("not JSON") from None
        if not isinstance(answer, dict):
            raise TelegramError("not an object")
        return answer


class UpdatesRequest(QuietRequest):
    """Leaves an unreadable update empty, so that it cannot block those behind it."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        answer = QuietRequest.parse_json_payload(payload)
        updates = answer.get("result")
        if isinstance(updates, list):
            answer["result"] = [
                raw if parse_update(raw) else {"update_id": raw["update_id"]}
                for raw in updates
                if isinstance(raw, dict) and isinstance(raw.get("update_id"), int)
            ]
        return answer


class Client:
    """The bot for this token and Bot API server; nothing is asked of it yet."""

    def __init__(self, settings: Settings) -> None:
        for name, level in _CHATTY.items():
            logging.getLogger(name).setLevel(level)
        server = settings.telegram_api_url.rstrip("/")
        calls = QuietRequest(connection_pool_size=32, pool_timeout=5)
        polls = UpdatesRequest(connection_pool_size=2)
        self._requests = (calls, polls)
        self.bot = Bot(
            str(settings.telegram_token),
            base_url=f"{server}/bot",
            base_file_url=f"{server}/file/bot",
            request=calls,
            get_updates_request=polls,
        )

    async def close(self) -> None:
        """Close its connections."""
        for request in self._requests:
            await request.shutdown()


def parse_update(raw: object) -> Update | None:
    """The update in decoded JSON, or None if it is none."""
    if not isinstance(raw, dict) or not isinstance(raw.get("update_id"), int):
        return None
    try:
        return Update.de_json(raw, None)
    except Exception:  # noqa: BLE001 (whatever is odd in it, it is no update)
        return None
