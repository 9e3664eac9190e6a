"""Start."""

import sqlalchemy as sa
from alembic import op

revision = "duplicates_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "duplicates_passage",
        sa.Column("post_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("exact", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"],
            ["posts.id"],
            name=op.f("fk_duplicates_passage_post_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("post_id", "number", name=op.f("pk_duplicates_passage")),
    )
    op.create_index("ix_duplicates_passage_exact", "duplicates_passage", ["exact"])
    op.create_table(
        "duplicates_mark",
        sa.Column("mark", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_duplicates_mark_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mark", "post_id", "number", name=op.f("pk_duplicates_mark")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_duplicates_mark_post_id", "duplicates_mark", ["post_id"])
    op.create_table(
        "duplicates_state",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_duplicates_state")),
    )
