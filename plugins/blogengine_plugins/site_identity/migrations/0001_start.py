"""Where a post stood first."""

import sqlalchemy as sa
from alembic import op

revision = "site_identity_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "site_identity_origin",
        sa.Column("post_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_site_identity_origin")),
    )
