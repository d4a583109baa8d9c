"""The language in which a colleague writes; null: that of the centre."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("colleague", sa.Column("writes_in", sa.Text(), nullable=True))
