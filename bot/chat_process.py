"""The chat process: persons' channels outside, Rasa's actions on loopback."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette

from bot.channels.ways_in import WaysIn
from bot.channels.web import build_web
from bot.forgetting import keep_forgetting
from bot.settings import Settings
from bot.wiring import Chat, open_chat

if TYPE_CHECKING:
    from bot.channels.telegram import Telegram


class _Server(uvicorn.Server):
    """Leaves signals to us: two servers share this process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve_chat(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is under way."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        chat = await stack.enter_async_context(open_chat(settings))
        ways_in = WaysIn(chat.database, chat.rules.clock)
        stack.push_async_callback(ways_in.add_up_safely)
        web, telegram = _build_channels(chat, ways_in)
        public = _server(web, settings.chat_host, settings.chat_port)
        async with asyncio.TaskGroup() as tasks, AsyncExitStack() as others:
            tasks.create_task(public.serve())
            actions = tasks.create_task(_serve_actions(chat, stop))
            _forget_by_the_clock(chat, others, tasks)
            counting = tasks.create_task(ways_in.keep_adding_up())
            others.callback(counting.cancel)
            if telegram is not None:
                await others.enter_async_context(telegram.run())
            await stop.wait()
            public.should_exit = True
            await actions


async def _serve_actions(chat: Chat, stop: asyncio.Event) -> None:
    """Answer Rasa's actions; loaded aside, so that the page is there first."""
    # A second of imports: in a thread, while the page already answers.
    app = await asyncio.to_thread(_build_actions, chat)
    server = _server(app, "127.0.0.1", chat.settings.action_port)
    serving = asyncio.create_task(server.serve())
    await stop.wait()
    server.should_exit = True
    await serving


def _build_actions(chat: Chat) -> Starlette:
    from actions.webhook import build_webhook

    return build_webhook(chat.turns.dialogue)


def _forget_by_the_clock(
    chat: Chat, stack: AsyncExitStack, tasks: asyncio.TaskGroup
) -> None:
    job = keep_forgetting(chat.database, chat.settings, chat.rules.clock)
    stack.callback(tasks.create_task(job).cancel)


def _build_channels(chat: Chat, ways_in: WaysIn) -> tuple[Starlette, "Telegram | None"]:
    """The web page, and Telegram where there is a token."""
    if not chat.settings.telegram_token:
        return build_web(chat, ways_in=ways_in), None
    # Its libraries take half a second: only for those who use it.
    from bot.channels.telegram import Telegram, telegram_routes

    telegram = Telegram(chat, ways_in=ways_in)
    routes = telegram_routes(telegram, chat)
    return build_web(chat, ways_in=ways_in, extra_routes=routes), telegram


def _server(app: Starlette, host: str, port: int) -> _Server:
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,  # an access log would keep addresses (P13)
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=3,
        lifespan="off",
    )
    return _Server(config)
