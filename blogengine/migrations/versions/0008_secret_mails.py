"""Which mails hold what lets their reader in."""

import sqlalchemy as sa
from alembic import op

revision = "core_0008"
down_revision = "core_0007"

# What identity wrote before there was the mark: its links begin like this.
LINKS = ("/admin/reset/", "/admin/invitation/")


def upgrade() -> None:
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("secret", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    mails = sa.table("mails", sa.column("text", sa.Text()), sa.column("secret", sa.Boolean()))
    for link in LINKS:
        op.execute(mails.update().where(mails.c.text.contains(link)).values(secret=sa.true()))
