"""How a term's archive is shown and sorted, levels of terms, places of posts, and pins."""

import sqlalchemy as sa
from alembic import op

revision = "core_0013"
down_revision = "core_0012"


def upgrade() -> None:
    for column in (
        sa.Column("internal", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("display", sa.String(length=10), nullable=False, server_default=""),
        sa.Column("page_size", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("sort", sa.String(length=80), nullable=False, server_default=""),
        sa.Column("template", sa.String(length=80), nullable=False, server_default=""),
        sa.Column("pins", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(length=500), nullable=False, server_default=""),
    ):
        op.add_column("terms", column)
    op.create_table(
        "term_places",
        sa.Column("term_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_term_places_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("term_id", "post_id", name=op.f("pk_term_places")),
    )
    op.create_index(op.f("ix_term_places_post_id"), "term_places", ["post_id"])
    op.add_column("listing", sa.Column("rank", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_listing_rank",
        "listing",
        ["scope", "scope_id", "rank", "published_at", "post_id"],
        sqlite_where=sa.text("rank IS NOT NULL"),
        postgresql_where=sa.text("rank IS NOT NULL"),
    )
    op.add_column(
        "listing_counts", sa.Column("pins", sa.Text(), nullable=False, server_default="[]")
    )
    op.add_column(
        "term_acts",
        sa.Column("taxonomy", sa.String(length=30), nullable=False, server_default="tag"),
    )
