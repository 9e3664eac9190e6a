"""What a long look at the site found last."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0006"
down_revision = "runtime_0005"


def upgrade() -> None:
    op.create_table(
        "runtime_report",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_runtime_report")),
    )
