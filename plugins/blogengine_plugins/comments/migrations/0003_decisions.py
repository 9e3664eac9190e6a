"""Who decided about a comment, and when."""

import sqlalchemy as sa
from alembic import op

revision = "comments_0003"
down_revision = "comments_0002"


def upgrade() -> None:
    with op.batch_alter_table("comments_comment", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("decided_by", sa.String(length=200), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("decided_at", sa.DateTime(), nullable=True))
