"""Limits: who did what how often."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0002"
down_revision = "runtime_0001"


def upgrade() -> None:
    op.create_table(
        "runtime_limit",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("hits", sa.BigInteger(), nullable=False),
        sa.Column("moments", sa.Text(), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_runtime_limit")),
    )
    op.create_index(op.f("ix_runtime_limit_until"), "runtime_limit", ["until"])
