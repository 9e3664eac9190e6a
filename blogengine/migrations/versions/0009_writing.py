"""Pins, pictures and words for the head of a post; links to drafts; acts on many posts."""

import sqlalchemy as sa
from alembic import op

revision = "core_0009"
down_revision = "core_0008"

TEXTS = (
    ("featured_image", 500),
    ("featured_alt", 500),
    ("seo_title", 300),
    ("seo_description", 500),
)


def upgrade() -> None:
    # Plain ALTERs, no batch: a copy of the largest table would take long for nothing.
    op.add_column("posts", sa.Column("pinned_from", sa.DateTime(), nullable=True))
    op.add_column("posts", sa.Column("pinned_until", sa.DateTime(), nullable=True))
    for name, length in TEXTS:
        text = sa.Column(name, sa.String(length=length), nullable=False, server_default="")
        op.add_column("posts", text)
    op.create_index("ix_posts_pinned", "posts", ["pinned_from"])
    op.add_column("site_state", sa.Column("pins", sa.Text(), nullable=False, server_default="[]"))
    op.create_table(
        "preview_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["post_id"],
            ["posts.id"],
            name=op.f("fk_preview_links_post_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preview_links")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_preview_links_post_id"), "preview_links", ["post_id"])
    op.create_table(
        "bulk_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_runs")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "bulk_items",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["bulk_runs.id"], name=op.f("fk_bulk_items_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "post_id", name=op.f("pk_bulk_items")),
    )
    op.create_index("ix_bulk_items_state", "bulk_items", ["run_id", "state"])
