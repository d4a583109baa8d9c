"""Conversations and lines as rows, and back."""

from datetime import datetime, timedelta
from typing import Any

from bot.intake.conversation import (
    CaseId,
    Channel,
    Conversation,
    ConversationId,
    Intent,
    Owner,
    Step,
)
from bot.intake.ports import TurnChange
from bot.intake.reply import Author, Line
from bot.store.seal import Pocket, Purpose

# A web line is on its way with the response itself; a takeover waits this long.
_WEB_LEASE = timedelta(seconds=1)
# In the sealed draft, beside the answers: no step's answer has this name.
_REGION = "link_region"
_DRAFT_BLOCK = 256


def read_conversation(row: Any, pocket: Pocket, address: str) -> Conversation:
    """The conversation in this row; its draft opens only with the address."""
    draft = {}
    if row.draft_sealed is not None:
        draft = pocket.open(Purpose.DRAFT, row.draft_sealed, address=address)
    region = draft.pop(_REGION, None)
    return Conversation(
        id=ConversationId(row.id),
        channel=Channel(row.channel),
        language=row.language,
        step=Step(row.step),
        owner=Owner(row.owner),
        epoch=row.epoch,
        version=row.version,
        stopped=row.stopped,
        silenced=row.silenced,
        facts=row.facts,
        draft=draft,
        buttons={token: _read_intent(told) for token, told in row.buttons.items()},
        last_say=row.last_say,
        link_region=region,
        case_id=None if row.case_id is None else CaseId(row.case_id),
    )


def write_conversation(
    change: TurnChange, pocket: Pocket, now: datetime
) -> dict[str, Any]:
    """What a turn may change of a conversation's row."""
    after, address = change.after, change.incoming.address
    draft = dict(after.draft)
    if after.link_region:
        draft[_REGION] = after.link_region
    # An empty draft is sealed as well, and of the same length: nobody can tell from
    # outside who came by a link that names a region.
    sealed = pocket.seal(Purpose.DRAFT, draft, address=address, block=_DRAFT_BLOCK)
    version = 0 if change.before is None else change.before.version
    return {
        "language": after.language,
        "step": after.step.value,
        "owner": after.owner.value,
        "epoch": after.epoch,
        "version": version + 1,
        "stopped": after.stopped,
        "silenced": after.silenced,
        "facts": dict(after.facts),
        "buttons": {token: [i.name, i.entities] for token, i in after.buttons.items()},
        "last_say": after.last_say,
        "draft_sealed": sealed,
        "case_id": after.case_id,
        "last_seen_at": now,
    }


def write_lines(
    change: TurnChange, pocket: Pocket, now: datetime
) -> list[dict[str, Any]]:
    """The outbox rows of a turn; the bot has none where a human speaks."""
    after, incoming = change.after, change.incoming
    web = incoming.channel is Channel.WEB
    if change.erase_conversation and web:
        return []  # the response shows them; there is nothing left to return to
    common = {
        "conversation_id": None if change.erase_conversation else after.id,
        "address_hash": pocket.hash_address(incoming.channel, incoming.address),
        "address_sealed": None,
        "channel": incoming.channel.value,
        "epoch": after.epoch,
        "kind": "say",
        "status": "sending" if web else "waiting",
        "attempts": 0,
        "lease_until": now + _WEB_LEASE if web else None,
        "next_attempt_at": now,
        "created_at": now,
    }
    if change.erase_conversation:
        common["address_sealed"] = pocket.seal(Purpose.ADDRESS, incoming.address)
    key = incoming.address if web else ""
    return [
        {
            **common,
            "author": line.author.value,
            "payload": seal_line(line, after.language, pocket, address=key),
        }
        for line in change.lines
        if line.author is not Author.BOT or after.owner is Owner.BOT
    ]


def seal_line(line: Line, language: str, pocket: Pocket, *, address: str) -> bytes:
    """The line and its language: an argument may hold what the person typed."""
    told = [line.key, dict(line.args), line.tokens, line.author.value, language]
    return pocket.seal(Purpose.LINE, told, address=address)


def open_line(sealed: bytes, pocket: Pocket, *, address: str) -> tuple[Line, str]:
    """The line and the language it was said in."""
    key, args, tokens, author, language = pocket.open(
        Purpose.LINE, sealed, address=address
    )
    pairs = tuple((token, label) for token, label in tokens)
    return Line(key, args, pairs, Author(author)), language


# What a line of the desk offers; these tokens mean the same in every message.
_AFTER_CASE = tuple((name, f"button.{name}") for name in ("menu", "numbers", "stop"))


def read_key_line(payload: bytes) -> Line:
    """A line of the desk: a bare key, since the desk holds no secret of the chat."""
    return Line(payload.decode("ascii"), {}, _AFTER_CASE, Author.BOT)


def _read_intent(told: Any) -> Intent:
    name, entities = told
    return Intent(name, tuple((key, value) for key, value in entities))
