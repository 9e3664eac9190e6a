"""Why a comment is in its state, where a plugin said so."""

import sqlalchemy as sa
from alembic import op

revision = "comments_0002"
down_revision = "comments_0001"


def upgrade() -> None:
    with op.batch_alter_table("comments_comment", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("reason", sa.String(length=200), nullable=False, server_default="")
        )
