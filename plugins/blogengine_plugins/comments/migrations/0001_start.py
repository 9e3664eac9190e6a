"""The table of comments."""

import sqlalchemy as sa
from alembic import op

revision = "comments_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "comments_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("website", sa.String(length=4000), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("sender", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["comments_comment.id"],
            name=op.f("fk_comments_comment_parent_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_comments_comment_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments_comment")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("comments_comment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_comments_comment_parent_id"), ["parent_id"], unique=False
        )
        batch_op.create_index("ix_comments_comment_queue", ["state", "created_at"], unique=False)
        batch_op.create_index("ix_comments_comment_sender", ["sender", "created_at"], unique=False)
        batch_op.create_index("ix_comments_comment_thread", ["post_id", "state"], unique=False)
