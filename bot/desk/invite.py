"""Invitations to a centre: the only way to a first account, and back to a lost one."""

from datetime import timedelta

from bot.intake.ports import Clock
from bot.store.colleagues import Role, add_centre
from bot.store.database import Database
from bot.store.invitations import invite

VALID_FOR = timedelta(days=3)


def make_invitation_link(
    database: Database,
    desk_address: str,
    centre: str,
    *,
    clock: Clock,
    role: Role = Role.ADMINISTRATOR,
) -> str:
    """A link, good once and for three days, to be given by hand or by voice.

    For a centre without a key, the browser that follows it makes one. For a centre
    that has one, it asks for the recovery key: a lost password is replaced this way.
    """
    with database.write() as connection:
        add_centre(connection, centre, now=clock())
        token = invite(connection, centre, role, now=clock(), valid_for=VALID_FOR)
    # After the # it is never sent to any server, so it is in no log.
    return f"{desk_address.rstrip('/')}/#invitation={token}"
