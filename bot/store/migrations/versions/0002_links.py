"""Links that outreach workers hand out, and how often each was opened in a week."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations.parts import TIME, link, needed

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _create_link()
    _create_link_count()


def _create_link() -> None:
    op.create_table(
        "link",
        needed("id", sa.Text()),
        needed("code", sa.Text()),
        sa.Column("owner_id", sa.Text(), nullable=True),
        needed("label_sealed", sa.LargeBinary()),
        needed("channel", sa.Text()),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("centre_id", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=True),
        needed("created_at", TIME),
        sa.Column("expires_at", TIME, nullable=True),
        sa.Column("revoked_at", TIME, nullable=True),
        sa.Column("replaced_by", sa.Text(), nullable=True),
        link("link", "owner_id", "centre", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_link"),
        sa.UniqueConstraint("code", name="uq_link_code"),
    )
    op.create_index("ix_link_owner_id", "link", ["owner_id"])


def _create_link_count() -> None:
    op.create_table(
        "link_count",
        needed("link_id", sa.Text()),
        needed("week", sa.Text()),
        needed("opens", sa.Integer()),
        link("link_count", "link_id", "link", "CASCADE"),
        sa.PrimaryKeyConstraint("link_id", "week", name="pk_link_count"),
    )
