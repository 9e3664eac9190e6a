"""Which posts link to which."""

import sqlalchemy as sa
from alembic import op

revision = "core_0014"
down_revision = "core_0013"


def upgrade() -> None:
    op.create_table(
        "post_links",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_post_links_post_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["posts.id"], name=op.f("fk_post_links_target_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", "target_id", name=op.f("pk_post_links")),
    )
    op.create_index(op.f("ix_post_links_target_id"), "post_links", ["target_id"])
