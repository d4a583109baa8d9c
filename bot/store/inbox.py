"""What the platform handed us: kept, sealed, before it is told that we have it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.intake.conversation import Channel
from bot.store.columns import UtcTime
from bot.store.database import Database, notify
from bot.store.schema import inbox
from bot.store.seal import Pocket, Purpose

LEASE = timedelta(minutes=2)  # longer than any turn; a dead worker's turn starts again

_ACCEPT = sa.text(
    "INSERT INTO inbox"
    " (channel, update_hash, address_hash, payload_sealed, attempts, received_at)"
    " VALUES (:channel, :update, :address, :payload, 0, :now) ON CONFLICT DO NOTHING"
).bindparams(sa.bindparam("now", type_=UtcTime))
_now: sa.BindParameter[datetime] = sa.bindparam("now")
_older = inbox.alias("older")
_NEXT = (
    sa.select(inbox.c.id, inbox.c.payload_sealed, inbox.c.attempts)
    .where(
        inbox.c.payload_sealed.is_not(None),
        sa.or_(inbox.c.claimed_until.is_(None), inbox.c.claimed_until <= _now),
        # One person's updates one after the other, different persons' side by side.
        ~sa.exists().where(
            _older.c.address_hash == inbox.c.address_hash,
            _older.c.id < inbox.c.id,
            _older.c.payload_sealed.is_not(None),
        ),
    )
    .order_by(inbox.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_row = inbox.c.id == sa.bindparam("row")
_CLAIM = (
    inbox.update()
    .where(_row)
    .values(claimed_until=sa.bindparam("until"), attempts=inbox.c.attempts + 1)
)
_DONE = inbox.update().where(_row).values(payload_sealed=None, claimed_until=None)
_RELEASE = (
    inbox.update()
    .where(_row, inbox.c.payload_sealed.is_not(None))
    .values(claimed_until=sa.bindparam("when"))
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """An update to handle; `attempts` counts this one."""

    id: int
    payload: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Inbox:
    """Updates accepted and not yet handled, in each person's order."""

    database: Database
    pocket: Pocket

    def accept(
        self, update_id: str, *, address: str, payload: str, now: datetime
    ) -> bool:
        """Keep a Telegram update; False if it was accepted before."""
        channel = Channel.TELEGRAM
        values = {
            "channel": channel.value,
            "update": self.pocket.hash_update(channel, update_id),
            "address": self.pocket.hash_address(channel, address),
            "payload": self.pocket.seal(Purpose.UPDATE, payload),
            "now": now,
        }
        with self.database.write() as connection:
            if connection.execute(_ACCEPT, values).rowcount == 0:
                return False
            notify(connection)
        return True

    def claim_next(self, now: datetime) -> Accepted | None:
        """The oldest update whose turn it is, leased to the caller."""
        with self.database.write() as connection:
            row = connection.execute(_NEXT, {"now": now}).first()
            if row is None:
                return None
            connection.execute(_CLAIM, {"row": row.id, "until": now + LEASE})
        payload = self.pocket.open(Purpose.UPDATE, row.payload_sealed)
        return Accepted(row.id, payload, row.attempts + 1)

    def mark_done(self, accepted: Accepted) -> None:
        """Forget what the update said; that it came is remembered for a while."""
        with self.database.write() as connection:
            connection.execute(_DONE, {"row": accepted.id})
            notify(connection)  # the person's next update may go now

    def retry_at(self, accepted: Accepted, when: datetime) -> None:
        """Give the update back until later."""
        with self.database.write() as connection:
            connection.execute(_RELEASE, {"row": accepted.id, "when": when})
