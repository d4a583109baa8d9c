"""The calls about cases; what they decide is in bot/store/case_actions.py."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.desk.calls import Answer, Call, Trouble, encode
from bot.errors import StillSendingError
from bot.store.case_actions import CaseDesk
from bot.store.case_answers import CLOSE, ERASE, HAND_BACK, Ending, Refused
from bot.store.cases import (
    CaseRow,
    SealedMessage,
    find_case_id,
    list_cases,
    read_messages,
)

LARGEST_MESSAGE = 64 * 1024
LONGEST_NUMBER = 20
RETRY_SECONDS = 0.3


def show_cases(call: Call) -> Answer:
    """The centre's cases, those that need a human first."""
    who = call.caller
    with call.parts.database.read() as connection:
        rows = list_cases(connection, centre_id=who.centre_id, colleague_id=who.id)
    now = call.parts.clock()
    return {"now": now.isoformat(), "cases": [_tell_row(call, row) for row in rows]}


def open_case(call: Call) -> Answer:
    """A case's sealed key and messages; the opening is on record."""
    with _desk(call) as desk:
        opened = desk.open(call.path["case"])
    if isinstance(opened, Refused):
        return _tell_refusal(opened)
    return {
        "sealed_key": encode(opened.sealed_key),
        "recipient": opened.recipient,
        "messages": [_tell_message(message) for message in opened.messages],
    }


def show_messages(call: Call) -> Answer:
    """The sealed messages that came after the one the page has."""
    after = call.query.get("after", "0")
    if not after.isascii() or not after.isdigit() or len(after) > LONGEST_NUMBER - 2:
        raise ValueError("after")
    with call.parts.database.read() as connection:
        case_id = find_case_id(
            connection, call.path["case"], centre_id=call.caller.centre_id
        )
        if case_id is None:
            return Trouble("not_found")
        messages = read_messages(connection, case_id, after=int(after))
    return {"messages": [_tell_message(message) for message in messages]}


def claim_case(call: Call) -> Answer:
    """Take a case; waits a little while a line of the bot is on its way."""
    give_up = time.monotonic() + call.parts.claim_patience_seconds
    while True:
        try:
            with _desk(call) as desk:
                return _tell_refusal(desk.claim(call.path["case"]))
        except StillSendingError:
            if time.monotonic() >= give_up:
                return Trouble("still_sending")
            time.sleep(RETRY_SECONDS)


def write_message(call: Call) -> Answer:
    """Keep a sealed line and send it on its way."""
    who = call.caller
    centre = call.parts.centres.get(who.centre_id, who.centre_id)
    with _desk(call) as desk:
        message = desk.write(
            call.path["case"],
            to_case=call.sealed("to_case", longest=LARGEST_MESSAGE),
            to_relay=call.sealed("to_relay", longest=LARGEST_MESSAGE),
            signature=f"{who.alias}, {centre}",
        )
    if isinstance(message, Refused):
        return _tell_refusal(message)
    return _tell_message(message)


def hand_back_case(call: Call) -> Answer:
    """Let the bot speak again."""
    return _end(call, HAND_BACK)


def close_case(call: Call) -> Answer:
    """End the conversation with the centre."""
    return _end(call, CLOSE)


def erase_case(call: Call) -> Answer:
    """Destroy the case's key, if its number was typed as a confirmation."""
    number = call.text("number", longest=LONGEST_NUMBER)
    answer = _end(call, ERASE, number=number)
    if not isinstance(answer, Trouble):
        call.parts.database.shred()
    return answer


def _end(call: Call, how: Ending, *, number: str = "") -> Answer:
    with _desk(call) as desk:
        return _tell_refusal(desk.end(call.path["case"], how, number=number))


@contextmanager
def _desk(call: Call) -> Iterator[CaseDesk]:
    """The caller at work, in one transaction."""
    who, parts = call.caller, call.parts
    with parts.database.write() as connection:
        yield CaseDesk(
            connection,
            parts.audit,
            who.centre_id,
            who.id,
            who.role.value,
            parts.clock(),
        )


def _tell_refusal(refused: Refused | None) -> Answer:
    return {} if refused is None else Trouble(refused.why.value, refused.by)


def _tell_row(call: Call, row: CaseRow) -> dict[str, Any]:
    told = {name: _tell(value) for name, value in asdict(row).items()}
    name = call.parts.languages.get(row.language, row.language)
    return {**told, "language_name": name}


def _tell_message(message: SealedMessage) -> dict[str, Any]:
    return {
        "id": message.id,
        "author": message.author,
        "at": message.at.isoformat(),
        "sealed": encode(message.sealed),
    }


def _tell(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
