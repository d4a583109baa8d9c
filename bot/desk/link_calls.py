"""The calls about links, for outreach workers: they lead to no case."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from bot.desk.calls import Answer, Call, Trouble
from bot.desk.links import LinkOffice, NewLink
from bot.intake.conversation import Channel
from bot.outreach.links import LONGEST_LABEL, MOST_DAYS, REGIONS, address_of
from bot.store.links import Connection, LinkRow, find_by_id, list_links
from bot.store.seal import Pocket


def show_links(call: Call) -> Answer:
    """The centre's links, newest first, and what a new one can be made of."""
    with call.parts.database.read() as connection:
        rows = list_links(connection, owner_id=call.caller.centre_id)
        office = _office_at(call, connection)
        told = _tell_all(call, office, rows)
    return {"links": told, "choices": _choices(call)}


def make_link(call: Call) -> Answer:
    """A new link of this centre."""
    wanted = _read_wish(call)
    if wanted.channel == Channel.TELEGRAM and not call.parts.bot_name:
        return Trouble("no_telegram")
    with _office(call) as office:
        return _done(call, office, office.make(wanted), "link_made")


def revoke_link(call: Call) -> Answer:
    """End a link at once."""
    with _office(call) as office:
        row = _find(call, office)
        if row is None:
            return Trouble("not_found")
        return _done(call, office, office.revoke(row), "link_revoked")


def rotate_link(call: Call) -> Answer:
    """End a link at once, with a new one in its place."""
    with _office(call) as office:
        row = _find(call, office)
        if row is None:
            return Trouble("not_found")
        made = office.rotate(row, made_by=call.caller.id)
        return _done(call, office, made, "link_rotated")


def _read_wish(call: Call) -> NewLink:
    parts, who = call.parts, call.caller
    channel = call.choice("channel", {*Channel})
    days = call.number("days", most=MOST_DAYS)
    return NewLink(
        label=call.text("label", longest=LONGEST_LABEL),
        channel=channel or Channel.WEB.value,
        language=call.choice("language", parts.spoken),
        centre=call.choice("centre", parts.centres),
        region=call.choice("region", REGIONS),
        owner=who.centre_id,
        made_by=who.id,
        expires_at=None if days is None else parts.clock() + timedelta(days=days),
    )


def _find(call: Call, office: LinkOffice) -> LinkRow | None:
    return find_by_id(
        office.connection, call.path["link"], owner_id=call.caller.centre_id
    )


def _done(call: Call, office: LinkOffice, row: LinkRow, event: str) -> Answer:
    """Put on record that it was done, not to which link, and show the link."""
    who = call.caller
    record = {
        "centre_id": who.centre_id,
        "colleague_role": who.role.value,
        "colleague_id": who.id,
        "event": event,
        "at": office.now,
    }
    call.parts.audit.append(office.connection, record)
    (told,) = _tell_all(call, office, [row])
    return told


@contextmanager
def _office(call: Call) -> Iterator[LinkOffice]:
    with call.parts.database.write() as connection:
        yield _office_at(call, connection)


def _office_at(call: Call, connection: Connection) -> LinkOffice:
    return LinkOffice(connection, Pocket(call.parts.secret), call.parts.clock())


def _tell_all(
    call: Call, office: LinkOffice, rows: Sequence[LinkRow]
) -> list[dict[str, Any]]:
    parts, counts = call.parts, office.counts(rows)
    return [
        {
            "id": row.id,
            "code": row.code,
            "address": address_of(
                row.code,
                row.channel,
                chat_url=parts.chat_address,
                bot_name=parts.bot_name,
            ),
            "label": office.label(row),
            "channel": row.channel,
            "language": row.language,
            "centre": row.centre_id,
            "region": row.region,
            "made_at": row.created_at.isoformat(),
            "expires_at": row.expires_at and row.expires_at.isoformat(),
            "state": row.state(office.now),
            "replaced_by": row.replaced_by,
            "counts": [
                {"week": week, "opens": opens} for week, opens in counts.get(row.id, ())
            ],
        }
        for row in rows
    ]


def _choices(call: Call) -> dict[str, Any]:
    parts = call.parts
    channels = [one.value for one in Channel]
    if not parts.bot_name:
        channels.remove(Channel.TELEGRAM.value)
    return {
        "languages": {tag: parts.languages[tag] for tag in parts.spoken},
        "centres": dict(parts.centres),
        "regions": list(REGIONS),
        "channels": channels,
        "info": f"{parts.chat_address}info",  # for those who help others
    }
