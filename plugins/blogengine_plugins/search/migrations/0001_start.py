"""Start."""

import sqlalchemy as sa
from alembic import op

revision = "search_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "search_document",
        sa.Column("post_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("stamp", sa.String(24), nullable=False),
        sa.Column("learnt", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_search_document")),
    )
    word = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
    op.create_table(
        "search_word",
        sa.Column("word", word, nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_search_word")),
    )
    op.create_table(
        "search_state",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_search_state")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TABLE search_vector (place BIGINT NOT NULL, vector TSVECTOR NOT NULL, "
            "CONSTRAINT pk_search_vector PRIMARY KEY (place))"
        )
        op.execute("CREATE INDEX ix_search_vector_vector ON search_vector USING gin (vector)")
    else:
        op.execute(
            "CREATE VIRTUAL TABLE search_fts USING fts5"
            "(title, labels, body, tokenize = 'ascii', prefix = '3')"
        )
