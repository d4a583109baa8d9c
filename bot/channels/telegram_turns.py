"""Handles accepted updates: one turn each, its answer in the outbox."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from telegram.error import BadRequest, Forbidden

from bot.channels.notice import LINK_CLOSED
from bot.channels.telegram_send import Sender
from bot.channels.telegram_updates import HELP, Arrival
from bot.channels.ways_in import WaysIn, region_named_by
from bot.intake.control import Signal
from bot.intake.conversation import Channel, Owner
from bot.intake.ports import Kind
from bot.intake.reply import Author, Line
from bot.intake.rules import Rules
from bot.intake.turn import Screen, Turns
from bot.store.inbox import Accepted, Inbox

_GIVE_UP = 20  # attempts, some hours
_LONGEST_WAIT = timedelta(minutes=5)
_REMEMBERED = 1000
_HELP_BUTTONS = ("menu", "numbers", "language", "stop", "erase")
# What the person was told happened must happen, if only later.
_KEPT_TOKENS = frozenset({"stop", "erase", "withdraw"})
_KEPT_SIGNALS = frozenset({Signal.STOP, Signal.ERASE})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TelegramTurns:
    """Takes accepted updates through their turn."""

    turns: Turns
    rules: Rules
    inbox: Inbox
    sender: Sender
    ways_in: WaysIn
    _told: OrderedDict[str, None] = field(default_factory=OrderedDict)

    async def work(self, accepted: Accepted) -> None:
        """Handle one update; whatever happens, it is not lost."""
        try:
            is_done = await self._handle(Arrival.read(accepted.payload))
        except Exception as error:  # noqa: BLE001 (it is tried again, P17)
            _log.error("an update is put off: %s", type(error).__name__)
            is_done = accepted.attempts >= _GIVE_UP
        if is_done:
            await asyncio.to_thread(self.inbox.mark_done, accepted)
        else:
            wait = timedelta(seconds=2 ** min(accepted.attempts, 16))
            when = self.rules.clock() + min(wait, _LONGEST_WAIT)
            await asyncio.to_thread(self.inbox.retry_at, accepted, when)

    async def answer_unstored(self, arrival: Arrival) -> None:
        """With the store away: a true sentence and the numbers at once (P20).

        The update itself stays with Telegram and is handled when the store is back.
        """
        if arrival.update_id not in self._told:
            await self._tell(arrival, await self.turns.handle(arrival.incoming))

    async def _handle(self, arrival: Arrival) -> bool:
        if arrival.message_id:
            sent, now = self.sender.sent, self.rules.clock()
            to = arrival.chat_id, arrival.message_id
            await asyncio.to_thread(sent.note_received, *to, now)
        if arrival.kind is Kind.COMMAND and arrival.text == HELP:
            await self._help(arrival)
            return True
        incoming, link = arrival.incoming, None
        if arrival.link:
            link = await self.ways_in.find(arrival.link, Channel.TELEGRAM)
            if link is None:
                await self._say_closed(arrival)
                return True
            language = link.language or arrival.language
            region = region_named_by(link)
            incoming = replace(incoming, language=language, region=region)
        screen = await self.turns.handle(incoming)
        if link is not None and screen.is_new:
            self.ways_in.note_opening(link)
        if _is_on_its_way(screen):
            return True
        if arrival.update_id not in self._told:
            await self._tell(arrival, screen)
        return not self._must_happen(arrival)

    async def _say_closed(self, arrival: Arrival) -> None:
        """Whatever is wrong with a link: a number, nothing else, nothing kept."""
        language = self.rules.choose_language(arrival.language)
        await self._send(arrival, language, [Line(LINK_CLOSED, {}, (), Author.CONTROL)])

    async def _help(self, arrival: Arrival) -> None:
        incoming = arrival.incoming
        found = await asyncio.to_thread(self.rules.store.load, incoming)
        language = self.rules.choose_language(arrival.language)
        human = False
        if found is not None:
            language, human = found.language, found.owner is Owner.HUMAN
        names = [n for n in _HELP_BUTTONS if n != "menu" or not human]
        tokens = tuple((name, f"button.{name}") for name in names)
        line = Line("telegram.help", {}, tokens, Author.CONTROL)
        await self._send(arrival, language, [line])

    async def _tell(self, arrival: Arrival, screen: Screen) -> None:
        """Send what is in no outbox, once."""
        if _is_on_its_way(screen):
            return
        await self._send(arrival, screen.conversation.language, screen.lines)
        self._told[arrival.update_id] = None
        if len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)

    async def _send(
        self, arrival: Arrival, language: str, lines: Iterable[Line]
    ) -> None:
        for line in lines:
            try:
                sent = await self.sender.send_line(arrival.chat_id, language, line)
            except (Forbidden, BadRequest) as error:
                _log.error("an answer was given up: %s", type(error).__name__)
                return
            await self._note(arrival, sent)

    async def _note(self, arrival: Arrival, message_id: str) -> None:
        try:
            await self.sender.note(arrival.chat_id, message_id)
        except Exception as error:  # noqa: BLE001 (the store is away, not the answer)
            _log.error("a sent message is not noted: %s", type(error).__name__)

    def _must_happen(self, arrival: Arrival) -> bool:
        if arrival.kind is Kind.TEXT:
            return self.rules.control.hear(arrival.text) in _KEPT_SIGNALS
        return arrival.text in _KEPT_TOKENS


def _is_on_its_way(screen: Screen) -> bool:
    """Whether the lines are in the outbox; a farewell is, though all else is gone."""
    return screen.stored or screen.erased
