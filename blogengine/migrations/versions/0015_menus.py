"""A template of a post's own, and menus."""

import sqlalchemy as sa
from alembic import op

revision = "core_0015"
down_revision = "core_0014"


def upgrade() -> None:
    op.add_column(
        "posts", sa.Column("template", sa.String(length=80), nullable=False, server_default="")
    )
    op.create_table(
        "menus",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_menus")),
    )
