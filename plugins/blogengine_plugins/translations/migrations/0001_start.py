"""Start."""

import sqlalchemy as sa
from alembic import op

revision = "translations_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "translations_member",
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("family", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", name=op.f("pk_translations_member")),
    )
    op.create_index(op.f("ix_translations_member_family"), "translations_member", ["family"])
