"""The tables: closed values, keyed hashes and sealed bytes, never a typed word."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect


class UtcTime(sa.TypeDecorator[datetime]):
    """An aware time, stored as UTC and given back aware."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("times must be aware")
        value = value.astimezone(UTC)
        # SQLite keeps text; without an offset it sorts by time.
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value.astimezone(UTC)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite only numbers rows by itself when the key is exactly INTEGER.
_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=options.pop("nullable", False), **options)


def _bytes(name: str, **options: Any) -> sa.Column[bytes]:
    nullable = options.pop("nullable", False)
    return sa.Column(name, sa.LargeBinary, nullable=nullable, **options)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, UtcTime, nullable=nullable)


def _row_id() -> sa.Column[int]:
    return sa.Column("id", _Number, primary_key=True, autoincrement=True)


def _link(name: str, target: str, on_delete: str, **options: Any) -> sa.Column[str]:
    key = sa.ForeignKey(target, ondelete=on_delete)
    nullable = options.pop("nullable", False)
    return sa.Column(name, sa.Text, key, nullable=nullable, **options)


conversation = sa.Table(
    "conversation",
    metadata,
    _text("id", primary_key=True),
    _bytes("address_hash", unique=True),
    _text("channel"),
    _text("language"),
    _text("step"),
    _text("owner"),
    _whole("epoch"),
    _whole("version"),
    _flag("stopped"),
    _flag("silenced"),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("buttons", sa.JSON, nullable=False),
    _text("last_say"),
    _bytes("draft_sealed", nullable=True),
    _bytes("address_sealed", nullable=True),
    # No foreign key: case_file already points here, and a ring cannot be created.
    _text("case_id", nullable=True),
    _bytes("receipt_hash", nullable=True, unique=True),
    _time("created_at"),
    _time("last_seen_at"),
    sa.Index("ix_conversation_last_seen_at", "last_seen_at"),
)

seen_update = sa.Table(
    "seen_update",
    metadata,
    _text("channel", primary_key=True),
    _bytes("update_hash", primary_key=True),
    _time("seen_at"),
    sa.Index("ix_seen_update_seen_at", "seen_at"),
)

# Row numbers are never reused (sqlite_autoincrement): a page says "seen up to 7",
# and order in a conversation is the order of the numbers.
inbox = sa.Table(
    "inbox",
    metadata,
    _row_id(),
    _text("channel"),
    _bytes("update_hash", unique=True),
    _bytes("address_hash"),
    _bytes("payload_sealed", nullable=True),
    _whole("attempts"),
    _time("received_at"),
    _time("claimed_until", nullable=True),
    sa.Index("ix_inbox_address_hash_id", "address_hash", "id"),
    sqlite_autoincrement=True,
)

outbox = sa.Table(
    "outbox",
    metadata,
    _row_id(),
    # Null for a farewell: the last line after the conversation itself was erased.
    _link("conversation_id", "conversation.id", "CASCADE", nullable=True),
    _bytes("address_hash"),
    _bytes("address_sealed", nullable=True),
    _text("channel"),
    _whole("epoch"),
    _text("author"),
    _text("kind"),
    _bytes("payload"),
    _text("alias", nullable=True),
    _text("status"),
    _whole("attempts"),
    _time("lease_until", nullable=True),
    _time("next_attempt_at"),
    _time("created_at"),
    _time("sent_at", nullable=True),
    sa.Index("ix_outbox_address_hash_id", "address_hash", "id"),
    sa.Index("ix_outbox_conversation_id", "conversation_id"),
    sa.Index("ix_outbox_channel_status_next", "channel", "status", "next_attempt_at"),
    sqlite_autoincrement=True,
)

# Hangs on no conversation: what is on the platform must still be wiped there after
# the conversation was erased here, so each row carries its own sealed address.
sent_message = sa.Table(
    "sent_message",
    metadata,
    _row_id(),
    _bytes("address_hash", index=True),
    _bytes("address_sealed"),
    _text("direction"),
    _bytes("message_sealed"),
    _flag("wipe_now"),
    _time("sent_at"),
    _time("next_attempt_at"),
    sa.Index("ix_sent_message_sent_at", "sent_at"),
    sqlite_autoincrement=True,
)

consent = sa.Table(
    "consent",
    metadata,
    _row_id(),
    _text("chain"),
    _whole("position"),
    _text("purpose"),
    _text("decision"),
    _text("text_version"),
    _text("language"),
    _text("review_status"),
    _time("at"),
    _bytes("previous_hash"),
    _bytes("hash"),
    sa.UniqueConstraint("chain", "position"),
    sqlite_autoincrement=True,
)

centre = sa.Table(
    "centre",
    metadata,
    _text("id", primary_key=True),
    _text("recipient", nullable=True),
    _time("created_at"),
)

invitation = sa.Table(
    "invitation",
    metadata,
    _bytes("token_hash", primary_key=True),
    _link("centre_id", "centre.id", "CASCADE"),
    _text("role"),
    _time("expires_at"),
    _time("used_at", nullable=True),
)

colleague = sa.Table(
    "colleague",
    metadata,
    _text("id", primary_key=True),
    _link("centre_id", "centre.id", "CASCADE", index=True),
    _text("sign_in_name", unique=True),
    _text("alias"),
    _text("role"),
    _bytes("salt"),
    _bytes("sign_in_hash"),
    _bytes("wrapped_identity"),
    _flag("active"),
    _time("created_at"),
)

session = sa.Table(
    "session",
    metadata,
    _bytes("token_hash", primary_key=True),
    _link("colleague_id", "colleague.id", "CASCADE", index=True),
    _time("created_at"),
    _time("last_used_at"),
)

case_file = sa.Table(
    "case_file",
    metadata,
    _text("id", primary_key=True),
    _text("number", unique=True),
    _link("centre_id", "centre.id", "RESTRICT"),
    _link("conversation_id", "conversation.id", "SET NULL", nullable=True, index=True),
    _text("recipient"),
    _bytes("sealed_key", nullable=True),
    _text("language"),
    _flag("urgent"),
    _flag("interpreter"),
    _flag("may_write"),
    _text("review_status"),
    _text("status"),
    _text("claimed_by", nullable=True),
    _time("claimed_at", nullable=True),
    _time("created_at"),
    _time("person_wrote_at", nullable=True),
    _time("last_activity_at"),
    sa.Index("ix_case_file_centre_id_status", "centre_id", "status"),
    sa.Index("ix_case_file_last_activity_at", "last_activity_at"),
)

case_message = sa.Table(
    "case_message",
    metadata,
    _row_id(),
    _link("case_id", "case_file.id", "CASCADE", index=True),
    _text("author"),
    _bytes("sealed"),
    _time("created_at"),
    sqlite_autoincrement=True,
)

audit = sa.Table(
    "audit",
    metadata,
    _row_id(),
    _text("centre_id"),
    _text("case_id", nullable=True, index=True),
    _text("colleague_role"),
    _text("colleague_id", nullable=True),
    _text("event"),
    _time("at"),
    _whole("position"),
    _bytes("previous_hash"),
    _bytes("hash"),
    sa.UniqueConstraint("centre_id", "position"),
    sqlite_autoincrement=True,
)

OPENED = "opened"  # the audit event the person may ask about
