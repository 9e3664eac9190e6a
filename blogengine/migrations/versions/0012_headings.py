"""The headings of a post's text, for its table of contents."""

import sqlalchemy as sa
from alembic import op

revision = "core_0012"
down_revision = "core_0011"


def upgrade() -> None:
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("headings", sa.Text(), nullable=False, server_default="[]"))
