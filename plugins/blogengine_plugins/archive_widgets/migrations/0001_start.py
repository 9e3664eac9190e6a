"""Start."""

import sqlalchemy as sa
from alembic import op

revision = "archive_widgets_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "archive_widgets_summary",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lists", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_widgets_summary")),
    )
