"""Whether the owner agreed to a plugin's trusted filters."""

import sqlalchemy as sa
from alembic import op

revision = "core_0004"
down_revision = "core_0003"


def upgrade() -> None:
    with op.batch_alter_table("plugins", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("trusted", sa.Boolean(), nullable=False, server_default=sa.false())
        )
