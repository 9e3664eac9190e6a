"""What is typed into an editor and isn't saved yet."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0005"
down_revision = "runtime_0004"


def upgrade() -> None:
    op.create_table(
        "runtime_autosave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("discarded_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runtime_autosave")),
        sa.UniqueConstraint(
            "user_id", "post_id", "form", name=op.f("uq_runtime_autosave_user_id_post_id_form")
        ),
    )
    op.create_index(op.f("ix_runtime_autosave_at"), "runtime_autosave", ["at"])
