"""Addresses that visitors asked for in vain."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0007"
down_revision = "runtime_0006"


def upgrade() -> None:
    op.create_table(
        "runtime_missing",
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_runtime_missing")),
    )
    op.create_index(op.f("ix_runtime_missing_count"), "runtime_missing", ["count"])
