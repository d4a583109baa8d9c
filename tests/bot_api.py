"""A Bot API server on loopback: enough of Telegram to meet its real client.

It keeps chats as a phone would show them, hands out updates, and fails on demand.
"""

import asyncio
import itertools
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

TOKEN = "4242:a-token-that-only-tests-may-use"
BOT = {"id": 4242, "is_bot": True, "first_name": "Notes", "username": "notes_bot"}
DELETABLE = 48 * 3600  # seconds, as on Telegram


@dataclass(frozen=True)
class Call:
    """What the client asked for."""

    method: str
    params: Mapping[str, Any]


@dataclass
class Posted:
    """A message as the phone shows it."""

    id: int
    text: str
    from_bot: bool
    buttons: list[tuple[str, str]] = field(default_factory=list)  # (label, data)


@dataclass
class Trouble:
    """How the next calls of a method fail."""

    method: str
    status: int
    retry_after: int | None = None
    times: int = 1
    chat: int | None = None
    hang: float = 0.0
    after_doing: bool = False  # the answer is lost, not the call


class BotApi:
    """The server and everything on it."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.chats: dict[int, dict[int, Posted]] = {}
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.texts: dict[tuple[str, str], str] = {}
        self.webhook: dict[str, Any] | None = None
        self.troubles: list[Trouble] = []
        self.updates: list[dict[str, Any]] = []
        self.too_old: set[int] = set()  # ids of messages nobody may delete any more
        self.url = ""
        self._update_ids = itertools.count(1000)
        self._message_ids = itertools.count(1)
        self._lock = threading.RLock()

    @contextmanager
    def serve(self) -> Iterator["BotApi"]:
        """Answer on a free loopback port until the end of the block."""
        app = Starlette(
            routes=[Route("/bot{token}/{method}", self._answer, methods=["POST"])]
        )
        config = uvicorn.Config(app, port=0, log_level="critical", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.005)
        port = server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        try:
            yield self
        finally:
            server.should_exit = server.force_exit = True
            thread.join()

    # What a person does

    def message(self, chat: int, **content: Any) -> dict[str, Any]:
        """A message of the person, now in the chat; not yet an update."""
        with self._lock:
            number = next(self._message_ids)
            text = content.get("text", "")
            self.chats.setdefault(chat, {})[number] = Posted(number, text, False)
        language = content.pop("language", "en")
        kind = content.pop("chat_type", "private")
        user = {"id": chat, "is_bot": False, "first_name": "A", "last_name": "B"}
        return {
            "message_id": number,
            "date": int(time.time()),
            "chat": {"id": chat, "type": kind},
            "from": {**user, "language_code": language},
            **content,
        }

    def press(self, chat: int, message_id: int, data: str) -> dict[str, Any]:
        """A press on a button under a message; not yet an update."""
        return {
            "id": f"press-{chat}-{message_id}",
            "from": {"id": chat, "is_bot": False, "first_name": "A"},
            "chat_instance": "1",
            "data": data,
            "message": {
                "message_id": message_id,
                "date": int(time.time()),
                "chat": {"id": chat, "type": "private"},
            },
        }

    def update(self, **content: Any) -> dict[str, Any]:
        """An update with a number of its own."""
        return {"update_id": next(self._update_ids), **content}

    def queue(self, *updates: dict[str, Any]) -> None:
        """Let updates wait for whoever asks."""
        with self._lock:
            self.updates.extend(updates)

    async def bring(
        self, update: object, *, to: str, secret: str | None = ""
    ) -> httpx.Response:
        """Bring an update to the webhook; with the secret it was set with, or else."""
        if secret == "":
            secret = (self.webhook or {})["secret_token"]
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        body = update if isinstance(update, bytes) else json.dumps(update).encode()
        async with httpx.AsyncClient() as client:
            return await client.post(to, content=body, headers=headers)

    # What a test looks at

    def shown(self, chat: int) -> list[Posted]:
        """The chat as the phone shows it, both sides, oldest first."""
        with self._lock:
            return list(self.chats.get(chat, {}).values())

    def said(self, chat: int) -> list[str]:
        """What the bot said and is still there."""
        return [posted.text for posted in self.shown(chat) if posted.from_bot]

    def asked(self, method: str) -> list[Mapping[str, Any]]:
        """The parameters of each call of this method."""
        with self._lock:
            return [call.params for call in self.calls if call.method == method]

    def fail(self, method: str, status: int, **options: Any) -> None:
        """Let the next calls of a method fail."""
        with self._lock:
            self.troubles.append(Trouble(method, status, **options))

    # The server

    async def _answer(self, request: Request) -> JSONResponse:
        method = request.path_params["method"]
        if request.path_params["token"] != TOKEN:
            return _error(401, "Unauthorized")
        form = await request.form()
        params = {name: _decode(str(value)) for name, value in form.items()}
        with self._lock:
            self.calls.append(Call(method, params))
            trouble = self._next_trouble(method, params)
        if trouble is not None:
            if trouble.after_doing:
                self._do(method, params)
            await asyncio.sleep(trouble.hang)
            return _error(trouble.status, "trouble", trouble.retry_after)
        if method == "getUpdates":
            return await self._get_updates(params)
        return self._do(method, params)

    def _next_trouble(self, method: str, params: Mapping[str, Any]) -> Trouble | None:
        for trouble in self.troubles:
            if trouble.method == method and trouble.chat in {
                None,
                params.get("chat_id"),
            }:
                trouble.times -= 1
                if not trouble.times:
                    self.troubles.remove(trouble)
                return trouble
        return None

    async def _get_updates(self, params: Mapping[str, Any]) -> JSONResponse:
        if self.webhook is not None:
            return _error(409, "Conflict: can't use getUpdates while webhook is active")
        deadline = time.monotonic() + min(params.get("timeout", 0), 2)
        while True:
            with self._lock:
                offset = params.get("offset", 0)
                self.updates = [u for u in self.updates if u["update_id"] >= offset]
                if self.updates or time.monotonic() > deadline:
                    return _ok(self.updates[:100])
            await asyncio.sleep(0.005)

    def _do(self, method: str, params: dict[str, Any]) -> JSONResponse:
        with self._lock:
            handler = getattr(self, f"_{_snake(method)}", None)
            if handler is None:
                return _error(404, "Not Found")
            answer: JSONResponse = handler(params)
            return answer

    def _get_me(self, _: dict[str, Any]) -> JSONResponse:
        return _ok(BOT)

    def _set_webhook(self, params: dict[str, Any]) -> JSONResponse:
        self.webhook = params
        return _ok(True)

    def _delete_webhook(self, _: dict[str, Any]) -> JSONResponse:
        self.webhook = None
        return _ok(True)

    def _send_message(self, params: dict[str, Any]) -> JSONResponse:
        chat, text = params["chat_id"], str(params["text"])
        if len(text) > 4096:
            return _error(400, "Bad Request: message is too long")
        rows = (params.get("reply_markup") or {}).get("inline_keyboard", [])
        shown = [button for row in rows for button in row]
        urls = [button["url"] for button in shown if "url" in button]
        if any(not url.startswith("https://") for url in urls):
            return _error(400, "Bad Request: BUTTON_URL_INVALID")
        buttons = [(b["text"], b["callback_data"]) for b in shown if "url" not in b]
        if any(not 1 <= len(data.encode()) <= 64 for _, data in buttons):
            return _error(400, "Bad Request: BUTTON_DATA_INVALID")
        number = next(self._message_ids)
        self.chats.setdefault(chat, {})[number] = Posted(number, text, True, buttons)
        message = {
            "message_id": number,
            "date": int(time.time()),
            "chat": {"id": chat, "type": "private"},
            "from": BOT,
            "text": text,
        }
        return _ok(message)

    def _answer_callback_query(self, _: dict[str, Any]) -> JSONResponse:
        return _ok(True)

    def _edit_message_reply_markup(self, params: dict[str, Any]) -> JSONResponse:
        self.chats[params["chat_id"]][params["message_id"]].buttons = []
        return _ok(True)

    def _delete_message(self, params: dict[str, Any]) -> JSONResponse:
        number = params["message_id"]
        if number in self.too_old:
            return _error(400, "Bad Request: message can't be deleted for everyone")
        if self.chats.get(params["chat_id"], {}).pop(number, None) is None:
            return _error(400, "Bad Request: message to delete not found")
        return _ok(True)

    def _delete_messages(self, params: dict[str, Any]) -> JSONResponse:
        if self.too_old & set(params["message_ids"]):
            return _error(400, "Bad Request: message can't be deleted")
        for number in params["message_ids"]:
            self.chats.get(params["chat_id"], {}).pop(number, None)
        return _ok(True)

    def _get_my_commands(self, params: dict[str, Any]) -> JSONResponse:
        return _ok(self.commands.get(params.get("language_code", ""), []))

    def _set_my_commands(self, params: dict[str, Any]) -> JSONResponse:
        self.commands[params.get("language_code", "")] = params["commands"]
        return _ok(True)

    def _get_my_description(self, params: dict[str, Any]) -> JSONResponse:
        return _ok({"description": self._text("description", params)})

    def _get_my_short_description(self, params: dict[str, Any]) -> JSONResponse:
        return _ok({"short_description": self._text("short_description", params)})

    def _set_my_description(self, params: dict[str, Any]) -> JSONResponse:
        return self._keep_text("description", params)

    def _set_my_short_description(self, params: dict[str, Any]) -> JSONResponse:
        return self._keep_text("short_description", params)

    def _text(self, name: str, params: dict[str, Any]) -> str:
        return self.texts.get((name, params.get("language_code", "")), "")

    def _keep_text(self, name: str, params: dict[str, Any]) -> JSONResponse:
        self.texts[name, params.get("language_code", "")] = params[name]
        return _ok(True)


def _ok(result: object) -> JSONResponse:
    return JSONResponse({"ok": True, "result": result})


def _error(
    status: int, description: str, retry_after: int | None = None
) -> JSONResponse:
    body: dict[str, Any] = {"ok": False, "error_code": status}
    body["description"] = description
    if retry_after is not None:
        body["parameters"] = {"retry_after": retry_after}
    return JSONResponse(body, status_code=status)


def _decode(value: str) -> Any:
    """Forms carry numbers, lists and objects as JSON, and texts as they are."""
    if value[:1] in {"{", "["} or value.lstrip("-").isdigit():
        try:
            return json.loads(value)
        except ValueError:
            return value
    return {"True": True, "true": True, "False": False, "false": False}.get(
        value, value
    )


def _snake(method: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in method)
