"""What a writer always or never wants below a post."""

import sqlalchemy as sa
from alembic import op

revision = "related_0002"
down_revision = "related_0001"


def upgrade() -> None:
    op.create_table(
        "related_choice",
        sa.Column("post_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("other_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("post_id", "other_id", name=op.f("pk_related_choice")),
        sqlite_with_rowid=False,
    )
