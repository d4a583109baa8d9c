"""One turn, from what came in to what is stored and said (design, section 3)."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

from bot.errors import AlreadySeenError, ConflictError
from bot.intake.answers import answer_signal, answer_token, is_control_token
from bot.intake.control import Signal
from bot.intake.conversation import Conversation, ConversationId, Owner
from bot.intake.dialogue import Dialogue
from bot.intake.pending import PendingTurn
from bot.intake.ports import CaseView, Incoming, Kind
from bot.intake.reply import Author, Line, Say
from bot.intake.rules import Rules

ATTEMPTS = 5
LONGEST_TEXT = 4000  # characters; Telegram's own limit is 4,096

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Screen:
    """What a channel shows after a turn.

    Args:
        stored: False when the lines are in no outbox, because the store failed or
            the conversation was erased; the channel must send them by itself.
    """

    conversation: Conversation
    lines: Sequence[Line]
    erased: bool = False
    stored: bool = True

    @property
    def is_new(self) -> bool:
        """Whether the conversation began with this turn, and is kept."""
        return self.conversation.version == 0 and self.stored and not self.erased


class Turns:
    """Handles what comes in, each conversation's turns one after the other."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._dialogue = Dialogue(rules)
        self._lines: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @property
    def dialogue(self) -> Dialogue:
        """Where Rasa's actions find the turn that they belong to."""
        return self._dialogue

    async def handle(self, incoming: Incoming) -> Screen:
        """Answer one update; never raises for anything a person does."""
        async with self._place_in_line(incoming):
            try:
                return await self._try(incoming)
            except Exception as error:  # noqa: BLE001 (the edge of a turn, P20)
                _log.error("turn failed: %s", type(error).__name__)
                return await self._without_store(incoming)

    @asynccontextmanager
    async def _place_in_line(self, incoming: Incoming) -> AsyncIterator[None]:
        key = f"{incoming.channel}:{incoming.address}"
        lock = self._lines.get(key)
        if lock is None:
            lock = self._lines[key] = asyncio.Lock()
        async with lock:
            yield

    async def _try(self, incoming: Incoming) -> Screen:
        for _ in range(ATTEMPTS):
            try:
                return await self._attempt(incoming)
            except ConflictError:  # another process was first: decide anew
                continue
            except AlreadySeenError:
                return await self._seen_before(incoming)
        raise ConflictError

    async def _attempt(self, incoming: Incoming) -> Screen:
        rules = self._rules
        before = await asyncio.to_thread(rules.store.load, incoming)
        conversation = before or _new_conversation(incoming, rules)
        # Who writes to us has not blocked us, or no longer.
        conversation = replace(conversation, silenced=False)
        turn = PendingTurn(incoming, before, conversation, rules.clock())
        if conversation.case_id is not None:
            turn.case = await asyncio.to_thread(rules.store.case_of, conversation)
        await self._decide(turn)
        change = turn.change()
        try:
            await asyncio.to_thread(rules.store.commit, change, now=turn.now)
        except (ConflictError, AlreadySeenError):
            raise
        except Exception as error:
            if turn.new_case is None:
                raise
            _log.error("handover not stored: %s", type(error).__name__)
            return _failed_handover(turn)
        erased = change.erase_conversation
        return Screen(change.after, change.lines, erased=erased, stored=not erased)

    async def _decide(self, turn: PendingTurn) -> None:
        kind, rules = turn.incoming.kind, self._rules
        is_tap = kind in {Kind.BUTTON, Kind.COMMAND}
        if is_tap and is_control_token(turn.incoming.text):
            await answer_token(turn, rules, self._dialogue)
        elif kind is Kind.COMMAND:  # "start"
            await self._dialogue.start(turn)
        else:
            await self._answer(turn)

    async def _answer(self, turn: PendingTurn) -> None:
        incoming, rules = turn.incoming, self._rules
        is_text = incoming.kind is Kind.TEXT
        signal = rules.control.hear(incoming.text) if is_text else None
        if signal is not None:
            answer_signal(turn, rules, signal)
        elif turn.conversation.stopped:
            # Someone else may hold the phone now: one tap, and only that, goes on.
            turn.answer(Say("relay.paused", buttons=rules.buttons("resume", "numbers")))
        elif incoming.kind is Kind.ATTACHMENT:
            turn.answer(Say("error.attachment", buttons=rules.always))
        elif is_text and (trouble := _text_trouble(incoming.text)):
            turn.answer(Say(trouble, buttons=rules.always))
        elif is_text and turn.case is not None and turn.case.is_live:
            self._relay(turn)
        elif turn.conversation.owner is Owner.BOT:
            await self._dialogue.answer(turn)
        # Else an old button while a human has the conversation: the bot is silent.

    def _relay(self, turn: PendingTurn) -> None:
        """Hand the person's words, sealed, to the case; a human's bot is silent."""
        if turn.case is None:
            raise ValueError(turn.case)
        words = turn.incoming.text
        turn.sealed_words = self._rules.sealer.seal(turn.case.recipient, words)
        if turn.conversation.owner is Owner.BOT:
            self._say_who_reads(turn, turn.case)

    def _say_who_reads(self, turn: PendingTurn, case: CaseView) -> None:
        """Honest waiting words: nobody has answered, perhaps nobody is there."""
        rules = self._rules
        if rules.directory.is_open(case.centre, turn.now):
            turn.answer(Say("relay.noted", buttons=rules.always))
            return
        hours = rules.directory.centre(case.centre).hours
        turn.answer(Say("relay.noted"))
        closed = {"centre_hours": hours}
        turn.answer(Say("relay.waiting_closed", closed, rules.always))

    async def _seen_before(self, incoming: Incoming) -> Screen:
        """A repeated update changes nothing and says nothing."""
        fresh = replace(incoming, update_id=secrets.token_urlsafe(12))
        before = await asyncio.to_thread(self._rules.store.load, fresh)
        return Screen(before or _new_conversation(incoming, self._rules), ())

    async def _without_store(self, incoming: Incoming) -> Screen:
        """With the store away: control's answers and the numbers, all the same.

        An erasure cannot be answered, nor a leaving, which erases: nothing would
        be gone.
        """
        rules = self._rules
        conversation = _new_conversation(incoming, rules)
        turn = PendingTurn(incoming, None, conversation, rules.clock())
        token = incoming.text if incoming.kind is not Kind.TEXT else ""
        signal = rules.control.hear(incoming.text) if not token else None
        if signal is not None and signal is not Signal.ERASE:
            answer_signal(turn, rules, signal)
        elif token in {"stop", "numbers"}:
            await answer_token(turn, rules, self._dialogue)
        else:
            turn.answer(Say("error.trouble", buttons=rules.always))
        return Screen(conversation, turn.change().lines, stored=False)


def _new_conversation(incoming: Incoming, rules: Rules) -> Conversation:
    return Conversation(
        id=ConversationId(secrets.token_hex(16)),
        channel=incoming.channel,
        language=rules.choose_language(incoming.language),
        link_region=incoming.region,
    )


def _text_trouble(text: str) -> str | None:
    if len(text) > LONGEST_TEXT:
        return "error.too_long"
    return None if text.strip() else "error.empty"


def _failed_handover(turn: PendingTurn) -> Screen:
    """Nothing was stored, so the button that was pressed still works: try again."""
    pressed = turn.incoming.text
    tokens = ((pressed, "button.try_again"), ("menu", "button.menu"))
    line = Line("error.handover_failed", {}, tokens, Author.CONTROL)
    before = turn.before or turn.conversation
    return Screen(before, (line,), stored=False)
