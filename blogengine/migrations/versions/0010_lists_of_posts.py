"""Indexes behind the writer's list of posts."""

from alembic import op

revision = "core_0010"
down_revision = "core_0009"


def upgrade() -> None:
    op.create_index("ix_posts_updated", "posts", ["updated_at", "id"])
    op.create_index("ix_posts_state", "posts", ["status", "updated_at", "id"])
    op.create_index("ix_posts_title", "posts", ["title", "id"])
