"""Sends what waits in the outbox, and wipes what has been in the chat long enough."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    RetryAfter,
    TelegramError,
)

from bot.channels.spoken import Speaker, read_spoken
from bot.channels.telegram_send import Sender
from bot.errors import CannotOpenError
from bot.intake.ports import Clock
from bot.store.dispatch import Claimed, Dispatch
from bot.store.seal import RelayIdentity
from bot.store.sent import SentMessage, SentMessages

SEND_SECONDS = 10  # well within a line's lease: a takeover waits for no longer
_WIPE_AGAIN = timedelta(minutes=1)
_BLOCKED = timedelta(hours=1)  # only an unblocked chat can be wiped
# Sent again, the same line would be refused again.
_HOPELESS = (BadRequest, ChatMigrated, KeyError, CannotOpenError)

_log = logging.getLogger(__name__)


def wait_of(error: Exception) -> timedelta | None:
    """How long the platform asks us to wait, if it does."""
    if not isinstance(error, RetryAfter):
        return None
    wait = error.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Sends one claimed line and settles what becomes of it."""

    dispatch: Dispatch
    sender: Sender
    relay: RelayIdentity
    speaker: Speaker
    clock: Clock

    async def work(self, claimed: Claimed) -> None:
        """Send it, or put it off, or give it up."""
        try:
            async with asyncio.timeout(SEND_SECONDS):
                message_id = await self._send(claimed)
        except Exception as error:  # noqa: BLE001 (sorted out, never swallowed)
            await self._settle(claimed, error)
            return
        now = self.clock()
        await asyncio.to_thread(self.dispatch.mark_sent, claimed, message_id, now)

    async def _send(self, claimed: Claimed) -> str:
        to = claimed.chat_id, claimed.language
        if claimed.line is not None:
            return await self.sender.send_line(*to, claimed.line)
        spoken = read_spoken(self.relay.open(claimed.words or b""))
        words = self.speaker.plain(spoken, claimed.language, claimed.centre_id)
        return await self.sender.send_words(*to, claimed.alias, words)

    async def _settle(self, claimed: Claimed, error: Exception) -> None:
        if isinstance(error, Forbidden):
            await asyncio.to_thread(self.dispatch.silence, claimed)
        elif isinstance(error, _HOPELESS):
            _log.error("a line was given up: %s", type(error).__name__)
            await asyncio.to_thread(self.dispatch.fail, claimed)
        else:
            _log.warning("a line is put off: %s", type(error).__name__)
            again = self.dispatch.retry_at
            await asyncio.to_thread(again, claimed, self.clock(), wait_of(error))


@dataclass(frozen=True, slots=True)
class Wiper:
    """Deletes both sides of the chats on the platform."""

    sent: SentMessages
    bot: Bot
    clock: Clock
    after: timedelta

    async def wipe_due(self) -> bool:
        """Wipe what is due now; False if nothing was."""
        messages = await asyncio.to_thread(
            self.sent.due, self.clock(), after=self.after
        )
        by_chat = sorted(messages, key=lambda message: message.chat_id)
        for chat_id, group in groupby(by_chat, key=lambda message: message.chat_id):
            await self._wipe(chat_id, list(group))
        return bool(messages)

    async def _wipe(self, chat_id: str, messages: Sequence[SentMessage]) -> None:
        ids = [int(message.message_id) for message in messages]
        try:
            await self.bot.delete_messages(int(chat_id), ids)
        except BadRequest:
            await self._wipe_singly(chat_id, messages)
        except TelegramError as error:
            await self._put_off(messages, error)
        else:
            await asyncio.to_thread(self.sent.mark_wiped, messages)

    async def _wipe_singly(self, chat_id: str, messages: Sequence[SentMessage]) -> None:
        """One that cannot be deleted must not keep the others."""
        for place, message in enumerate(messages):
            try:
                await self.bot.delete_message(int(chat_id), int(message.message_id))
            except BadRequest:
                pass  # gone already, or Telegram lets nobody delete it any more
            except TelegramError as error:
                await self._put_off(messages[place:], error)
                return
            await asyncio.to_thread(self.sent.mark_wiped, [message])

    async def _put_off(
        self, messages: Sequence[SentMessage], error: TelegramError
    ) -> None:
        wait = _BLOCKED if isinstance(error, Forbidden) else _WIPE_AGAIN
        when = self.clock() + (wait_of(error) or wait)
        await asyncio.to_thread(self.sent.retry_at, messages, when)
