"""What the demo made, and that it was loaded."""

import sqlalchemy as sa
from alembic import op

revision = "demo_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "demo_item",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", name=op.f("pk_demo_item")),
    )
    op.create_table(
        "demo_load",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demo_load")),
        sqlite_autoincrement=True,
    )
