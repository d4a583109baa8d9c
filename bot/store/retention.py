"""Forgetting by the clock: each rule says what goes, and after how long."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.schema import (
    case_file,
    case_message,
    consent,
    conversation,
    inbox,
    invitation,
    outbox,
    seen_update,
    sent_message,
    session,
)
from bot.store.sent import WINDOW


@dataclass(frozen=True, slots=True)
class Periods:
    """How long each thing is kept."""

    conversation: timedelta = timedelta(hours=24)
    case: timedelta = timedelta(days=90)
    # Never while the person is still writing, however short `case` is set.
    case_after_person_wrote: timedelta = timedelta(hours=24)
    web_update: timedelta = timedelta(hours=48)
    telegram_update: timedelta = timedelta(days=7)
    shown_line: timedelta = timedelta(minutes=10)
    session: timedelta = timedelta(hours=12)
    session_idle: timedelta = timedelta(hours=2)


Rule = Callable[[Periods, datetime], tuple[sa.Executable, ...]]


def forget(
    database: Database, now: datetime, periods: Periods = Periods()
) -> Mapping[str, int]:
    """Apply every rule; how many rows each one touched, for the metrics."""
    counts = {}
    for name, rule in RULES.items():
        # One short transaction each: a turn never waits for the whole job.
        with database.write() as connection:
            touched = [connection.execute(s).rowcount for s in rule(periods, now)]
        counts[name] = sum(touched)
    database.shred()
    return counts


def _cases(periods: Periods, now: datetime) -> tuple[sa.Executable, ...]:
    wrote = case_file.c.person_wrote_at
    quiet = now - periods.case_after_person_wrote
    due = sa.and_(
        case_file.c.status != "erased",
        case_file.c.last_activity_at <= now - periods.case,
        sa.or_(wrote.is_(None), wrote <= quiet),
    )
    erased = sa.select(case_file.c.id).where(case_file.c.sealed_key.is_(None))
    return (
        case_file.update().where(due).values(sealed_key=None, status="erased"),
        case_message.delete().where(case_message.c.case_id.in_(erased)),
    )


def _conversations(periods: Periods, now: datetime) -> tuple[sa.Executable, ...]:
    idle = conversation.c.last_seen_at <= now - periods.conversation
    # While a case lives, the person must be reachable, and able to erase it.
    has_case = sa.exists().where(
        case_file.c.conversation_id == conversation.c.id,
        case_file.c.status != "erased",
    )
    return (
        conversation.delete().where(idle, ~has_case),
        conversation.update()
        .where(idle, conversation.c.draft_sealed.is_not(None))
        .values(draft_sealed=None, version=conversation.c.version + 1),
    )


def _consents(_periods: Periods, _now: datetime) -> tuple[sa.Executable, ...]:
    there = sa.exists().where(conversation.c.id == consent.c.chain)
    return (consent.delete().where(~there),)


def _updates(periods: Periods, now: datetime) -> tuple[sa.Executable, ...]:
    web = seen_update.c.channel == "web"
    seen = seen_update.c.seen_at
    telegram_cut = now - periods.telegram_update
    return (
        seen_update.delete().where(web, seen <= now - periods.web_update),
        seen_update.delete().where(~web, seen <= telegram_cut),
        inbox.delete().where(inbox.c.received_at <= telegram_cut),
    )


def _lines(periods: Periods, now: datetime) -> tuple[sa.Executable, ...]:
    shown = sa.and_(outbox.c.channel == "web", outbox.c.kind == "say")
    ended = outbox.c.status.in_(("sent", "dropped", "failed"))
    old = outbox.c.created_at <= now - periods.shown_line
    return (outbox.delete().where(sa.or_(shown, ended), old),)


def _sent_messages(_periods: Periods, now: datetime) -> tuple[sa.Executable, ...]:
    return (sent_message.delete().where(sent_message.c.sent_at <= now - WINDOW),)


def _sessions(periods: Periods, now: datetime) -> tuple[sa.Executable, ...]:
    over = session.c.created_at <= now - periods.session
    idle = session.c.last_used_at <= now - periods.session_idle
    return (
        session.delete().where(sa.or_(over, idle)),
        invitation.delete().where(invitation.c.expires_at <= now),
    )


# Cases before conversations: an erased case lets go of its conversation.
RULES: Mapping[str, Rule] = {
    "cases": _cases,
    "conversations": _conversations,
    "consents": _consents,
    "updates": _updates,
    "lines": _lines,
    "sent_messages": _sent_messages,
    "sessions": _sessions,
}
