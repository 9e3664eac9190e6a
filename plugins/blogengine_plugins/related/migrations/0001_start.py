"""Start."""

import sqlalchemy as sa
from alembic import op

revision = "related_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "related_feature",
        sa.Column("feature", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("strength", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("feature", "post_id", name=op.f("pk_related_feature")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_related_feature_post_id", "related_feature", ["post_id"])
    op.create_table(
        "related_frequency",
        sa.Column("feature", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("feature", name=op.f("pk_related_frequency")),
    )
    op.create_table(
        "related_neighbour",
        sa.Column("post_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("other_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("post_id", "other_id", name=op.f("pk_related_neighbour")),
        sqlite_with_rowid=False,
    )
