"""The tables: closed values, keyed hashes and sealed bytes, never a typed word."""

import sqlalchemy as sa

from bot.store.columns import data, flag, points_to, row_id, text, time, whole

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

conversation = sa.Table(
    "conversation",
    metadata,
    text("id", primary_key=True),
    data("address_hash", unique=True),
    text("channel"),
    text("language"),
    text("step"),
    text("owner"),
    whole("epoch"),
    whole("version"),
    flag("stopped"),
    flag("silenced"),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("buttons", sa.JSON, nullable=False),
    text("last_say"),
    data("draft_sealed", nullable=True),
    data("address_sealed", nullable=True),
    # No foreign key: case_file already points here, and a ring cannot be created.
    text("case_id", nullable=True),
    data("receipt_hash", nullable=True, unique=True),
    time("created_at"),
    time("last_seen_at"),
    sa.Index("ix_conversation_last_seen_at", "last_seen_at"),
)

seen_update = sa.Table(
    "seen_update",
    metadata,
    text("channel", primary_key=True),
    data("update_hash", primary_key=True),
    time("seen_at"),
    sa.Index("ix_seen_update_seen_at", "seen_at"),
)

# Row numbers are never reused (sqlite_autoincrement): a page says "seen up to 7",
# and order in a conversation is the order of the numbers.
inbox = sa.Table(
    "inbox",
    metadata,
    row_id(),
    text("channel"),
    data("update_hash", unique=True),
    data("address_hash"),
    data("payload_sealed", nullable=True),
    whole("attempts"),
    time("received_at"),
    time("claimed_until", nullable=True),
    sa.Index("ix_inbox_address_hash_id", "address_hash", "id"),
    sqlite_autoincrement=True,
)

outbox = sa.Table(
    "outbox",
    metadata,
    row_id(),
    # Null for a farewell: the last line after the conversation itself was erased.
    points_to("conversation_id", "conversation.id", "CASCADE", nullable=True),
    data("address_hash"),
    data("address_sealed", nullable=True),
    text("channel"),
    whole("epoch"),
    text("author"),
    text("kind"),
    data("payload"),
    text("alias", nullable=True),
    text("status"),
    whole("attempts"),
    time("lease_until", nullable=True),
    time("next_attempt_at"),
    time("created_at"),
    time("sent_at", nullable=True),
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
    row_id(),
    data("address_hash", index=True),
    data("address_sealed"),
    text("direction"),
    data("message_sealed"),
    flag("wipe_now"),
    time("sent_at"),
    time("next_attempt_at"),
    sa.Index("ix_sent_message_sent_at", "sent_at"),
    sqlite_autoincrement=True,
)

consent = sa.Table(
    "consent",
    metadata,
    row_id(),
    text("chain"),
    whole("position"),
    text("purpose"),
    text("decision"),
    text("text_version"),
    text("language"),
    text("review_status"),
    time("at"),
    data("previous_hash"),
    data("hash"),
    sa.UniqueConstraint("chain", "position"),
    sqlite_autoincrement=True,
)

centre = sa.Table(
    "centre",
    metadata,
    text("id", primary_key=True),
    text("recipient", nullable=True),
    time("created_at"),
)

invitation = sa.Table(
    "invitation",
    metadata,
    data("token_hash", primary_key=True),
    points_to("centre_id", "centre.id", "CASCADE"),
    text("role"),
    time("expires_at"),
    time("used_at", nullable=True),
)

colleague = sa.Table(
    "colleague",
    metadata,
    text("id", primary_key=True),
    points_to("centre_id", "centre.id", "CASCADE", index=True),
    text("sign_in_name", unique=True),
    text("alias"),
    text("role"),
    data("salt"),
    data("sign_in_hash"),
    data("wrapped_identity"),
    flag("active"),
    text("writes_in", nullable=True),
    time("created_at"),
)

session = sa.Table(
    "session",
    metadata,
    data("token_hash", primary_key=True),
    points_to("colleague_id", "colleague.id", "CASCADE", index=True),
    time("created_at"),
    time("last_used_at"),
)

case_file = sa.Table(
    "case_file",
    metadata,
    text("id", primary_key=True),
    text("number", unique=True),
    points_to("centre_id", "centre.id", "RESTRICT"),
    points_to(
        "conversation_id", "conversation.id", "SET NULL", nullable=True, index=True
    ),
    text("recipient"),
    data("sealed_key", nullable=True),
    text("language"),
    flag("urgent"),
    flag("interpreter"),
    flag("may_write"),
    text("review_status"),
    text("status"),
    text("claimed_by", nullable=True),
    time("claimed_at", nullable=True),
    time("created_at"),
    time("person_wrote_at", nullable=True),
    time("last_activity_at"),
    sa.Index("ix_case_file_centre_id_status", "centre_id", "status"),
    sa.Index("ix_case_file_last_activity_at", "last_activity_at"),
)

case_message = sa.Table(
    "case_message",
    metadata,
    row_id(),
    points_to("case_id", "case_file.id", "CASCADE", index=True),
    text("author"),
    data("sealed"),
    time("created_at"),
    sqlite_autoincrement=True,
)

audit = sa.Table(
    "audit",
    metadata,
    row_id(),
    text("centre_id"),
    text("case_id", nullable=True, index=True),
    text("colleague_role"),
    text("colleague_id", nullable=True),
    text("event"),
    time("at"),
    whole("position"),
    data("previous_hash"),
    data("hash"),
    sa.UniqueConstraint("centre_id", "position"),
    sqlite_autoincrement=True,
)

# A way in that somebody hands out. No row here or below changes when it is opened:
# openings are added up elsewhere and come in all at once, for every link together.
link = sa.Table(
    "link",
    metadata,
    text("id", primary_key=True),
    text("code", unique=True),
    # Whose outreach workers see it at the desk; null: made on the command line.
    points_to("owner_id", "centre.id", "CASCADE", nullable=True, index=True),
    data("label_sealed"),
    text("channel"),
    text("language", nullable=True),
    text("centre_id", nullable=True),
    text("region", nullable=True),
    text("created_by", nullable=True),
    time("created_at"),
    time("expires_at", nullable=True),
    time("revoked_at", nullable=True),
    text("replaced_by", nullable=True),
)

link_count = sa.Table(
    "link_count",
    metadata,
    points_to("link_id", "link.id", "CASCADE", primary_key=True),
    text("week", primary_key=True),
    whole("opens"),
)

OPENED = "opened"  # the audit event the person may ask about
