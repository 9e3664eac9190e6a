"""What tags look like, their other names and lost addresses, and acts that can be undone."""

import sqlalchemy as sa
from alembic import op

revision = "core_0011"
down_revision = "core_0010"

CARRIED = """
UPDATE terms SET carried = (SELECT count(*) FROM post_terms WHERE post_terms.term_id = terms.id)
"""


def upgrade() -> None:
    with op.batch_alter_table("terms", schema=None) as batch_op:
        for name, length in (
            ("image", 500),
            ("colour", 7),
            ("seo_title", 300),
            ("seo_description", 500),
        ):
            batch_op.add_column(
                sa.Column(name, sa.String(length=length), nullable=False, server_default="")
            )
        batch_op.add_column(sa.Column("carried", sa.Integer(), nullable=False, server_default="0"))
    op.execute(CARRIED)
    op.create_table(
        "term_aliases",
        sa.Column("taxonomy", sa.String(length=30), nullable=False),
        sa.Column("folded", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("slug", sa.String(length=200), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["term_id"], ["terms.id"], name=op.f("fk_term_aliases_term_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("taxonomy", "folded", name=op.f("pk_term_aliases")),
    )
    op.create_index("ix_term_aliases_slug", "term_aliases", ["taxonomy", "slug"])
    op.create_index(op.f("ix_term_aliases_term_id"), "term_aliases", ["term_id"])
    op.create_table(
        "gone_terms",
        sa.Column("taxonomy", sa.String(length=30), nullable=False),
        sa.Column("slug", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("pointer_id", sa.Integer(), nullable=True),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pointer_id"], ["terms.id"], name=op.f("fk_gone_terms_pointer_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("taxonomy", "slug", name=op.f("pk_gone_terms")),
    )
    op.create_index(op.f("ix_gone_terms_pointer_id"), "gone_terms", ["pointer_id"])
    op.create_table(
        "term_acts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("targets", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_acts")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_term_acts_at", "term_acts", ["at"])
    op.create_table(
        "term_steps",
        sa.Column("act_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["act_id"], ["term_acts.id"], name=op.f("fk_term_steps_act_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("act_id", "kind", "key", name=op.f("pk_term_steps")),
    )
