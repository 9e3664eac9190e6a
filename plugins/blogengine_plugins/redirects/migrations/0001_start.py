"""Start."""

import sqlalchemy as sa
from alembic import op

revision = "redirects_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "redirects_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("target", sa.String(length=1000), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redirects_rule")),
        sa.UniqueConstraint("path", name=op.f("uq_redirects_rule_path")),
    )
    op.create_index(op.f("ix_redirects_rule_target"), "redirects_rule", ["target"])
