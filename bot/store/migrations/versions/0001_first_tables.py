"""The first tables."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations.parts import (
    TIME,
    forbid_updates,
    link,
    needed,
    row_id,
)

revision = "0001"
down_revision = None


# What was agreed to and who opened what can be forgotten, but never rewritten.
_UNCHANGEABLE = ("consent", "audit")


def upgrade() -> None:
    _create_audit()
    _create_centre()
    _create_consent()
    _create_conversation()
    _create_inbox()
    _create_seen_update()
    _create_sent_message()
    _create_case_file()
    _create_colleague()
    _create_invitation()
    _create_outbox()
    _create_case_message()
    _create_session()
    for table in _UNCHANGEABLE:
        forbid_updates(table)


def _create_audit() -> None:
    op.create_table(
        "audit",
        row_id(),
        needed("centre_id", sa.Text()),
        sa.Column("case_id", sa.Text(), nullable=True),
        needed("colleague_role", sa.Text()),
        sa.Column("colleague_id", sa.Text(), nullable=True),
        needed("event", sa.Text()),
        needed("at", TIME),
        needed("position", sa.Integer()),
        needed("previous_hash", sa.LargeBinary()),
        needed("hash", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sa.UniqueConstraint(
            "centre_id", "position", name="uq_audit_centre_id_position"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_case_id", "audit", ["case_id"])


def _create_centre() -> None:
    op.create_table(
        "centre",
        needed("id", sa.Text()),
        sa.Column("recipient", sa.Text(), nullable=True),
        needed("created_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_centre"),
    )


def _create_consent() -> None:
    op.create_table(
        "consent",
        row_id(),
        needed("chain", sa.Text()),
        needed("position", sa.Integer()),
        needed("purpose", sa.Text()),
        needed("decision", sa.Text()),
        needed("text_version", sa.Text()),
        needed("language", sa.Text()),
        needed("review_status", sa.Text()),
        needed("at", TIME),
        needed("previous_hash", sa.LargeBinary()),
        needed("hash", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
        sa.UniqueConstraint("chain", "position", name="uq_consent_chain_position"),
        sqlite_autoincrement=True,
    )


def _create_conversation() -> None:
    op.create_table(
        "conversation",
        needed("id", sa.Text()),
        needed("address_hash", sa.LargeBinary()),
        needed("channel", sa.Text()),
        needed("language", sa.Text()),
        needed("step", sa.Text()),
        needed("owner", sa.Text()),
        needed("epoch", sa.Integer()),
        needed("version", sa.Integer()),
        needed("stopped", sa.Boolean()),
        needed("silenced", sa.Boolean()),
        needed("facts", sa.JSON()),
        needed("buttons", sa.JSON()),
        needed("last_say", sa.Text()),
        sa.Column("draft_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("receipt_hash", sa.LargeBinary(), nullable=True),
        needed("created_at", TIME),
        needed("last_seen_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_conversation"),
        sa.UniqueConstraint("address_hash", name="uq_conversation_address_hash"),
        sa.UniqueConstraint("receipt_hash", name="uq_conversation_receipt_hash"),
    )
    op.create_index("ix_conversation_last_seen_at", "conversation", ["last_seen_at"])


def _create_inbox() -> None:
    op.create_table(
        "inbox",
        row_id(),
        needed("channel", sa.Text()),
        needed("update_hash", sa.LargeBinary()),
        needed("address_hash", sa.LargeBinary()),
        sa.Column("payload_sealed", sa.LargeBinary(), nullable=True),
        needed("attempts", sa.Integer()),
        needed("received_at", TIME),
        sa.Column("claimed_until", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("update_hash", name="uq_inbox_update_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inbox_address_hash_id", "inbox", ["address_hash", "id"])


def _create_seen_update() -> None:
    op.create_table(
        "seen_update",
        needed("channel", sa.Text()),
        needed("update_hash", sa.LargeBinary()),
        needed("seen_at", TIME),
        sa.PrimaryKeyConstraint("channel", "update_hash", name="pk_seen_update"),
    )
    op.create_index("ix_seen_update_seen_at", "seen_update", ["seen_at"])


def _create_sent_message() -> None:
    op.create_table(
        "sent_message",
        row_id(),
        needed("address_hash", sa.LargeBinary()),
        needed("address_sealed", sa.LargeBinary()),
        needed("direction", sa.Text()),
        needed("message_sealed", sa.LargeBinary()),
        needed("wipe_now", sa.Boolean()),
        needed("sent_at", TIME),
        needed("next_attempt_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_sent_message"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sent_message_address_hash", "sent_message", ["address_hash"])
    op.create_index("ix_sent_message_sent_at", "sent_message", ["sent_at"])


def _create_case_file() -> None:
    op.create_table(
        "case_file",
        needed("id", sa.Text()),
        needed("number", sa.Text()),
        needed("centre_id", sa.Text()),
        sa.Column("conversation_id", sa.Text(), nullable=True),
        needed("recipient", sa.Text()),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=True),
        needed("language", sa.Text()),
        needed("urgent", sa.Boolean()),
        needed("interpreter", sa.Boolean()),
        needed("may_write", sa.Boolean()),
        needed("review_status", sa.Text()),
        needed("status", sa.Text()),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("claimed_at", TIME, nullable=True),
        needed("created_at", TIME),
        sa.Column("person_wrote_at", TIME, nullable=True),
        needed("last_activity_at", TIME),
        link("case_file", "centre_id", "centre", "RESTRICT"),
        link("case_file", "conversation_id", "conversation", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_case_file"),
        sa.UniqueConstraint("number", name="uq_case_file_number"),
    )
    op.create_index(
        "ix_case_file_centre_id_status", "case_file", ["centre_id", "status"]
    )
    op.create_index("ix_case_file_conversation_id", "case_file", ["conversation_id"])
    op.create_index("ix_case_file_last_activity_at", "case_file", ["last_activity_at"])


def _create_colleague() -> None:
    op.create_table(
        "colleague",
        needed("id", sa.Text()),
        needed("centre_id", sa.Text()),
        needed("sign_in_name", sa.Text()),
        needed("alias", sa.Text()),
        needed("role", sa.Text()),
        needed("salt", sa.LargeBinary()),
        needed("sign_in_hash", sa.LargeBinary()),
        needed("wrapped_identity", sa.LargeBinary()),
        needed("active", sa.Boolean()),
        needed("created_at", TIME),
        link("colleague", "centre_id", "centre", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_colleague"),
        sa.UniqueConstraint("sign_in_name", name="uq_colleague_sign_in_name"),
    )
    op.create_index("ix_colleague_centre_id", "colleague", ["centre_id"])


def _create_invitation() -> None:
    op.create_table(
        "invitation",
        needed("token_hash", sa.LargeBinary()),
        needed("centre_id", sa.Text()),
        needed("role", sa.Text()),
        needed("expires_at", TIME),
        sa.Column("used_at", TIME, nullable=True),
        link("invitation", "centre_id", "centre", "CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_invitation"),
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        row_id(),
        sa.Column("conversation_id", sa.Text(), nullable=True),
        needed("address_hash", sa.LargeBinary()),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        needed("channel", sa.Text()),
        needed("epoch", sa.Integer()),
        needed("author", sa.Text()),
        needed("kind", sa.Text()),
        needed("payload", sa.LargeBinary()),
        sa.Column("alias", sa.Text(), nullable=True),
        needed("status", sa.Text()),
        needed("attempts", sa.Integer()),
        sa.Column("lease_until", TIME, nullable=True),
        needed("next_attempt_at", TIME),
        needed("created_at", TIME),
        sa.Column("sent_at", TIME, nullable=True),
        link("outbox", "conversation_id", "conversation", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_address_hash_id", "outbox", ["address_hash", "id"])
    op.create_index(
        "ix_outbox_channel_status_next",
        "outbox",
        ["channel", "status", "next_attempt_at"],
    )
    op.create_index("ix_outbox_conversation_id", "outbox", ["conversation_id"])


def _create_case_message() -> None:
    op.create_table(
        "case_message",
        row_id(),
        needed("case_id", sa.Text()),
        needed("author", sa.Text()),
        needed("sealed", sa.LargeBinary()),
        needed("created_at", TIME),
        link("case_message", "case_id", "case_file", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_case_message"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_case_message_case_id", "case_message", ["case_id"])


def _create_session() -> None:
    op.create_table(
        "session",
        needed("token_hash", sa.LargeBinary()),
        needed("colleague_id", sa.Text()),
        needed("created_at", TIME),
        needed("last_used_at", TIME),
        link("session", "colleague_id", "colleague", "CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_session"),
    )
    op.create_index("ix_session_colleague_id", "session", ["colleague_id"])
