"""Start."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "runtime_fault",
        sa.Column("plugin", sa.String(length=40), nullable=False),
        sa.Column("hook", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("first_at", sa.DateTime(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("trace", sa.Text(), nullable=False),
        sa.Column("request", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("plugin", "hook", "kind", name=op.f("pk_runtime_fault")),
    )
    op.create_table(
        "runtime_circuit",
        sa.Column("plugin", sa.String(length=40), nullable=False),
        sa.Column("failures", sa.Text(), nullable=False),
        sa.Column("open_until", sa.Double(), nullable=False),
        sa.Column("pause", sa.Double(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("unfit", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("plugin", name=op.f("pk_runtime_circuit")),
    )
    op.create_table(
        "runtime_cost",
        sa.Column("plugin", sa.String(length=40), nullable=False),
        sa.Column("hook", sa.String(length=200), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("slow", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("worst", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("plugin", "hook", name=op.f("pk_runtime_cost")),
    )
