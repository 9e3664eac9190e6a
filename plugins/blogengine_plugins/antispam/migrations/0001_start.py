"""The table of what is known as spam."""

import sqlalchemy as sa
from alembic import op

revision = "antispam_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "antispam_mark",
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_antispam_mark")),
    )
