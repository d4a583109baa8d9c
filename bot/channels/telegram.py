"""The Telegram channel: private chats only, and the bot never writes first (P8)."""

import asyncio
import logging
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Sequence,
)
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from starlette.routing import Route
from telegram import Update
from telegram.error import TelegramError

from bot.channels.spoken import Speaker
from bot.channels.telegram_bot import Client
from bot.channels.telegram_dispatch import Dispatcher, Wiper
from bot.channels.telegram_menu import introduce
from bot.channels.telegram_receive import (
    Patience,
    insist,
    leave_webhook,
    poll,
    receive,
    set_webhook,
    webhook_address,
)
from bot.channels.telegram_send import Sender
from bot.channels.telegram_turns import TelegramTurns
from bot.channels.telegram_updates import Arrival, read_update
from bot.channels.telegram_work import Bell, Crew
from bot.channels.ways_in import WaysIn
from bot.settings import Settings
from bot.store.changes import Changes
from bot.store.dispatch import Claimed, Dispatch
from bot.store.inbox import Accepted, Inbox
from bot.store.sent import SentMessages
from bot.wiring import Chat

_WIPE_SECONDS = 30.0  # between two looks at what is old enough to be wiped

_log = logging.getLogger(__name__)


class Telegram:
    """All of the channel; `run` starts its loops, `telegram_routes` its webhook."""

    def __init__(
        self, chat: Chat, *, ways_in: WaysIn | None = None, second: float = 1.0
    ) -> None:
        """The parts of the channel, not yet running.

        Args:
            second: how long a second of waiting is; tests shorten it.
        """
        self._chat = chat
        self._second = second
        self._client = Client(chat.settings)
        self._bot = self._client.bot
        clock, database, pocket = chat.rules.clock, chat.database, chat.pocket
        self._sent = SentMessages(database, pocket)
        self._inbox = Inbox(database, pocket)
        self._dispatch = Dispatch(database, pocket)
        self._changes = Changes(database)
        self._bell = Bell()
        catalogs, directory = chat.rules.catalogs, chat.words.directory
        self._sender = Sender(
            self._bot,
            catalogs,
            self._sent,
            clock,
            directory,
            info_url=info_address(chat.settings),
        )
        self._turns = TelegramTurns(
            chat.turns,
            chat.rules,
            self._inbox,
            self._sender,
            ways_in or WaysIn(database, clock),
        )
        self._asides: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Receive, answer, send and wipe until the end of the block."""
        crews = self._crews()
        crew_tasks = [asyncio.create_task(crew.run()) for crew in crews]
        loops = [asyncio.create_task(_watched(loop)) for loop in self._loops()]
        try:
            yield
        finally:
            await _cancel(loops)
            for crew in crews:
                crew.stop()
            await asyncio.gather(*crew_tasks)
            await _cancel(self._asides)
            await self._changes.close()
            await self._client.close()

    async def accept(self, update: Update) -> None:
        """Store what the update says, or nothing where silence is the answer.

        Raises:
            PasserelleError: the store is away; the update must come again.
        """
        arrival = self._read(update)
        if arrival is None:
            return
        if update.callback_query is not None:
            self._aside(self._stop_spinning(update.callback_query.id))
        try:
            await asyncio.to_thread(
                self._inbox.accept,
                arrival.update_id,
                address=arrival.chat_id,
                payload=arrival.write(),
                now=self._chat.rules.clock(),
            )
        except Exception:
            await self._answer_unstored(arrival)
            raise
        self._bell.ring()

    def _read(self, update: Update) -> Arrival | None:
        try:
            return read_update(update, self._chat.rules.control.hear)
        except Exception as error:  # noqa: BLE001 (it would come again for ever)
            _log.error("an update cannot be read: %s", type(error).__name__)
            return None

    def _loops(self) -> Sequence[Callable[[], Awaitable[None]]]:
        return (
            partial(self._bell.listen, self._changes),
            self._receive,
            self._introduce,
            self._keep_wiping,
        )

    def _crews(self) -> Sequence[Crew[Accepted] | Crew[Claimed]]:
        chat, bell, glance = self._chat, self._bell, self._second
        clock = chat.rules.clock
        dispatcher = Dispatcher(
            self._dispatch, self._sender, chat.relay, Speaker(chat.words), clock
        )
        return (
            Crew(
                lambda: self._inbox.claim_next(clock()), self._turns.work, bell, glance
            ),
            Crew(
                lambda: self._dispatch.claim_next(clock()),
                dispatcher.work,
                bell,
                glance,
            ),
        )

    async def _receive(self) -> None:
        settings, patience = self._chat.settings, Patience(self._second)
        if settings.telegram_webhook_url:
            await insist(partial(set_webhook, self._bot, settings), patience)
        else:
            await insist(partial(leave_webhook, self._bot), patience)
            await poll(self._bot, self.accept, patience)

    async def _introduce(self) -> None:
        rules = self._chat.rules
        call = partial(introduce, self._bot, rules.catalogs, rules.languages)
        await insist(call, Patience(self._second))

    async def _keep_wiping(self) -> None:
        after = timedelta(hours=self._chat.settings.wipe_hours)
        wiper = Wiper(self._sent, self._bot, self._chat.rules.clock, after)
        while True:
            position = self._bell.position
            try:
                more = await wiper.wipe_due()
            except Exception as error:  # noqa: BLE001 (the next look finds them again)
                _log.error("wiping is put off: %s", type(error).__name__)
                more = False
            if not more:
                await self._bell.wait(_WIPE_SECONDS * self._second, since=position)

    async def _answer_unstored(self, arrival: Arrival) -> None:
        try:
            await self._turns.answer_unstored(arrival)
        except Exception as error:  # noqa: BLE001 (Telegram may be away as well)
            _log.error("no answer without the store: %s", type(error).__name__)

    async def _stop_spinning(self, press_id: str) -> None:
        try:
            await self._bot.answer_callback_query(press_id)
        except TelegramError as error:
            _log.info("a press is not answered: %s", type(error).__name__)

    def _aside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)


def telegram_routes(telegram: Telegram, chat: Chat) -> Sequence[Route]:
    """The webhook's address, where one is set; it tells nothing to anyone else."""
    settings = chat.settings
    if not settings.telegram_webhook_url:
        return ()
    path = urlsplit(webhook_address(settings)).path
    endpoint = partial(receive, settings, telegram.accept)
    return (Route(path, endpoint, methods=["POST"]),)


def info_address(settings: Settings) -> str:
    """The page for those who help, where it can be reached from outside; else none."""
    return f"{settings.chat_url.rstrip('/')}/info" if settings.chat_url else ""


async def _watched(loop: Callable[[], Awaitable[None]]) -> None:
    try:
        await loop()
    except Exception as error:  # noqa: BLE001 (the other loops go on)
        _log.error("a loop ended: %s", type(error).__name__)


async def _cancel(tasks: Iterable[asyncio.Task[None]]) -> None:
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        # Once more: Python 3.11's wait_for can lose a cancellation.
        _, left = await asyncio.wait(left, timeout=0.1)
