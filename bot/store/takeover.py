"""Who may speak: the conversation's side of takeover, inside the desk's transaction.

All of it locks the conversation's row first, as every turn and every dispatch does,
so that taking over falls wholly before or wholly after each of them. A transaction
that also changes the case calls these first: conversation, then case, everywhere.
"""

from datetime import datetime

import sqlalchemy as sa

from bot.errors import StillSendingError
from bot.store.database import notify
from bot.store.schema import conversation, outbox

_LOCK = (
    sa.select(
        conversation.c.id,
        conversation.c.address_hash,
        conversation.c.channel,
        conversation.c.owner,
        conversation.c.epoch,
        conversation.c.silenced,
    )
    .where(conversation.c.id == sa.bindparam("id"))
    .with_for_update()
)
_ON_ITS_WAY = sa.select(outbox.c.id).where(
    outbox.c.conversation_id == sa.bindparam("id"),
    outbox.c.author == "bot",
    outbox.c.status == "sending",
    outbox.c.lease_until > sa.bindparam("now"),
)
_DROP_BOT_LINES = (
    outbox.update()
    .where(
        outbox.c.conversation_id == sa.bindparam("conversation"),
        outbox.c.author == "bot",
    )
    .values(status="dropped", payload=b"", lease_until=None)
)
_GIVE_TO = (
    conversation.update()
    .where(conversation.c.id == sa.bindparam("conversation"))
    .values(
        owner=sa.bindparam("new_owner"),
        epoch=conversation.c.epoch + 1,
        # A turn decided under the old owner must decide again.
        version=conversation.c.version + 1,
    )
)


def take_over(connection: sa.Connection, conversation_id: str, now: datetime) -> bool:
    """Silence the bot for good; False if the person has erased the conversation.

    Raises:
        StillSendingError: a line of the bot is on its way; nothing was changed.
    """
    found = connection.execute(_LOCK, {"id": conversation_id}).first()
    if found is None:
        return False
    if found.owner == "human":
        return True
    sending = connection.execute(_ON_ITS_WAY, {"id": conversation_id, "now": now})
    if sending.first():
        raise StillSendingError
    connection.execute(_DROP_BOT_LINES, {"conversation": conversation_id})
    _give(connection, conversation_id, "human")
    return True


def hand_back(connection: sa.Connection, conversation_id: str, now: datetime) -> bool:
    """Let the bot speak again, from the person's next turn on."""
    found = connection.execute(_LOCK, {"id": conversation_id}).first()
    if found is None:
        return False
    if found.owner != "bot":
        _give(connection, conversation_id, "bot")
    return True


def add_words(
    connection: sa.Connection,
    conversation_id: str,
    sealed: bytes,
    *,
    alias: str,
    now: datetime,
) -> bool:
    """Put a caseworker's line, sealed to the relay, in the person's outbox.

    Returns:
        False if it cannot reach the person: conversation erased, or chat blocked.
    """
    found = connection.execute(_LOCK, {"id": conversation_id}).first()
    if found is None or found.silenced:
        return False
    row = {
        "conversation_id": conversation_id,
        "address_hash": found.address_hash,
        "channel": found.channel,
        "epoch": found.epoch,
        "author": "caseworker",
        "kind": "words",
        "payload": sealed,
        "alias": alias,
        "status": "waiting",
        "attempts": 0,
        "next_attempt_at": now,
        "created_at": now,
    }
    connection.execute(outbox.insert(), row)
    notify(connection)
    return True


def _give(connection: sa.Connection, conversation_id: str, owner: str) -> None:
    values = {"conversation": conversation_id, "new_owner": owner}
    connection.execute(_GIVE_TO, values)
    notify(connection)
