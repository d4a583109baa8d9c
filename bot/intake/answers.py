"""What control answers: in every state, without the engine, no reason asked."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from bot.intake.consent import withdraw_consent
from bot.intake.control import Signal
from bot.intake.conversation import Channel, Intent, Owner, Step
from bot.intake.pending import PendingTurn
from bot.intake.reply import FIXED_TOKENS, LANGUAGE_TOKEN, Say
from bot.intake.rules import Rules

if TYPE_CHECKING:
    from bot.intake.dialogue import Dialogue

# No 0/O, 1/I/L: the code is read from a paper and typed on an old phone.
RECEIPT_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
RECEIPT_GROUPS, RECEIPT_GROUP = 4, 4


def is_control_token(token: str) -> bool:
    """Whether this token means the same in every message, old or new."""
    return token in FIXED_TOKENS or token.startswith(LANGUAGE_TOKEN)


def answer_signal(turn: PendingTurn, rules: Rules, signal: Signal) -> None:
    """Answer a typed control signal; a caseworker also gets to read a danger."""
    _SIGNALS[signal](turn, rules)
    if signal in {Signal.DANGER, Signal.SELF_HARM}:
        if turn.case is None:
            turn.set_fact("urgent", "yes")
        elif turn.case.is_live:
            words = turn.incoming.text
            turn.sealed_words = rules.sealer.seal(turn.case.recipient, words)


async def answer_token(turn: PendingTurn, rules: Rules, dialogue: "Dialogue") -> None:
    """Answer a fixed button or command."""
    token = turn.incoming.text
    if token.startswith(LANGUAGE_TOKEN):
        await _change_language(turn, rules, dialogue, token)
    elif token in _TOKENS_WITH_DIALOGUE:
        await _TOKENS_WITH_DIALOGUE[token](turn, rules, dialogue)
    else:
        _TOKENS[token](turn, rules)


def answer_stop(turn: PendingTurn, rules: Rules) -> None:
    """Pause; keep nothing hostage; one tap undoes it. Deletes nothing (P2)."""
    # A new epoch: lines of the bot that wait in the outbox must not follow a stop.
    turn.put(stopped=True, epoch=turn.conversation.epoch + 1)
    turn.answer(Say("stop.done", buttons=rules.buttons("resume", "numbers", "erase")))


def answer_erase(turn: PendingTurn, rules: Rules) -> None:
    """Destroy the case's key and forget the conversation, at once."""
    had_case = turn.case is not None and turn.case.status != "erased"
    turn.erase_case = had_case
    turn.erase_conversation = True
    turn.answer(Say("erase.done_case" if had_case else "erase.done"))


def answer_numbers(turn: PendingTurn, rules: Rules) -> None:
    """The numbers, a child's numbers first for a child."""
    minor = turn.conversation.facts.get("age_group") == "minor"
    key = "numbers.minor" if minor else "numbers.list"
    turn.answer(Say(key, buttons=rules.buttons("menu", "stop")))


def _answer_danger(turn: PendingTurn, rules: Rules) -> None:
    turn.answer(Say("danger.numbers", buttons=rules.always))


def _answer_self_harm(turn: PendingTurn, rules: Rules) -> None:
    turn.answer(Say("self_harm.numbers", buttons=rules.always))


def _answer_leave(turn: PendingTurn, rules: Rules) -> None:
    if turn.case is None:
        # Nobody could come back to this conversation: keep nothing of it.
        turn.erase_conversation = True
    elif turn.conversation.channel is Channel.WEB:
        turn.forget_address = True  # the way back is the receipt's code, not Back
    turn.answer(Say("web.left"))


def _answer_withdraw(turn: PendingTurn, rules: Rules) -> None:
    if turn.case is None or turn.case.status == "erased":
        turn.answer(Say("withdraw.nothing", buttons=rules.always))
        return
    withdraw_consent(turn, rules.catalogs)
    turn.erase_case = True
    turn.forget_answers()
    turn.put(
        owner=Owner.BOT,
        epoch=turn.conversation.epoch + 1,
        step=Step.MENU,
        case_id=None,
    )
    turn.answer(Say("withdraw.done", buttons=rules.always))


def _answer_receipt(turn: PendingTurn, rules: Rules) -> None:
    if turn.case is None:
        turn.answer(Say("withdraw.nothing", buttons=rules.always))
        return
    groups = [
        "".join(secrets.choice(RECEIPT_LETTERS) for _ in range(RECEIPT_GROUP))
        for _ in range(RECEIPT_GROUPS)
    ]
    turn.receipt_code = "-".join(groups)
    args = {"case_number": turn.case.number, "code": turn.receipt_code}
    turn.answer(Say("handover.receipt", args, rules.always))


def _answer_seen(turn: PendingTurn, rules: Rules) -> None:
    openings = rules.store.who_has_seen(turn.case.id) if turn.case else ()
    if not openings:
        turn.answer(Say("relay.seen_nobody", buttons=rules.always))
        return
    language, text = turn.conversation.language, rules.catalogs.text
    when = "\n".join(
        f"- {at:%d.%m.%Y}: {text(language, f'relay.role.{role}')}"
        for at, role in openings
    )
    turn.answer(Say("relay.seen_by", {"when": when}, rules.always))


def _ask_language(turn: PendingTurn, rules: Rules) -> None:
    turn.answer(Say("language.ask", buttons=rules.language_buttons))


async def _change_language(
    turn: PendingTurn, rules: Rules, dialogue: "Dialogue", token: str
) -> None:
    tag = token.removeprefix(LANGUAGE_TOKEN)
    if tag not in rules.languages:
        _ask_language(turn, rules)
        return
    is_other = tag != turn.conversation.language
    turn.put(language=tag)
    turn.set_fact("language_settled", "yes")
    if is_other and turn.conversation.facts.get("previewed"):
        turn.forget_preview()  # the text to be sent is in the language left behind
    turn.answer(Say("language.changed"))
    await dialogue.show_again(turn)


async def _want_interpreter(
    turn: PendingTurn, rules: Rules, dialogue: "Dialogue"
) -> None:
    """On the case at once, where there is one; else noted for the handover."""
    if turn.conversation.stopped:
        turn.answer(Say("relay.paused", buttons=rules.buttons("resume", "numbers")))
    elif turn.case is not None and turn.case.is_live:
        turn.wants_interpreter = True
        turn.answer(Say("relay.interpreter", buttons=rules.always))
    elif turn.conversation.owner is Owner.BOT:
        turn.set_fact("interpreter", "yes")
        await dialogue.ask(turn, Intent("interpreter"))


async def _resume(turn: PendingTurn, rules: Rules, dialogue: "Dialogue") -> None:
    turn.put(stopped=False)
    turn.answer(Say("stop.resumed"))
    await dialogue.show_again(turn)


async def _menu(turn: PendingTurn, rules: Rules, dialogue: "Dialogue") -> None:
    if turn.conversation.owner is Owner.BOT:
        turn.put(stopped=False)
        await dialogue.ask(turn, Intent("menu"))


_SIGNALS: Mapping[Signal, Callable[[PendingTurn, Rules], None]] = {
    Signal.STOP: answer_stop,
    Signal.ERASE: answer_erase,
    Signal.DANGER: _answer_danger,
    Signal.SELF_HARM: _answer_self_harm,
    Signal.NUMBERS: answer_numbers,
}
_TOKENS: Mapping[str, Callable[[PendingTurn, Rules], None]] = {
    "stop": answer_stop,
    "erase": answer_erase,
    "numbers": answer_numbers,
    "leave": _answer_leave,
    "withdraw": _answer_withdraw,
    "receipt": _answer_receipt,
    "seen": _answer_seen,
    "language": _ask_language,
}
_TOKENS_WITH_DIALOGUE: Mapping[
    str, Callable[[PendingTurn, Rules, "Dialogue"], Awaitable[None]]
] = {"resume": _resume, "menu": _menu, "interpreter": _want_interpreter}
