"""Sessions, begun steps, and when tokens were used."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0003"
down_revision = "runtime_0002"


def upgrade() -> None:
    op.create_table(
        "runtime_session",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=50), nullable=False),
        sa.Column("remembered", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runtime_session")),
        sa.UniqueConstraint("digest", name=op.f("uq_runtime_session_digest")),
    )
    with op.batch_alter_table("runtime_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_runtime_session_expires_at"), ["expires_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_runtime_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "runtime_step",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_runtime_step")),
    )
    with op.batch_alter_table("runtime_step", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_runtime_step_expires_at"), ["expires_at"], unique=False
        )

    op.create_table(
        "runtime_token_use",
        sa.Column("token", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_runtime_token_use")),
    )
