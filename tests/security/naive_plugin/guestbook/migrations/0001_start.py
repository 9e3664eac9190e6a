"""Start."""

import sqlalchemy as sa
from alembic import op

revision = "guestbook_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "guestbook_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("website", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guestbook_entry")),
    )
