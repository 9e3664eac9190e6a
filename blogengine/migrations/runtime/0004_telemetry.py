"""Failed requests, and figures of all of them."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0004"
down_revision = "runtime_0003"


def upgrade() -> None:
    op.create_table(
        "runtime_failure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("room", sa.String(length=20), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("route", sa.String(length=200), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("plugin", sa.String(length=40), nullable=False),
        sa.Column("trace", sa.Text(), nullable=False),
        sa.Column("user", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runtime_failure")),
    )
    op.create_index(op.f("ix_runtime_failure_request"), "runtime_failure", ["request"])
    op.create_index(op.f("ix_runtime_failure_room"), "runtime_failure", ["room"])
    numbers = ("count", "total", *(f"class_{number}" for number in range(5)))
    op.create_table(
        "runtime_request",
        sa.Column("route", sa.String(length=200), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in (*numbers, "statements", "database_time")
        ),
        sa.PrimaryKeyConstraint("route", "method", "status", name=op.f("pk_runtime_request")),
    )
