"""The library's tables."""

import sqlalchemy as sa
from alembic import op

revision = "media_0001"
down_revision = None

WORD = sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "media_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stem", sa.String(length=24), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("suffix", sa.String(length=8), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("frames", sa.Integer(), nullable=False),
        sa.Column("sizes", sa.Text(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("decorative", sa.Boolean(), nullable=False),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("focus_x", sa.Integer(), nullable=False),
        sa.Column("focus_y", sa.Integer(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("uploaded_by", sa.Integer(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("trashed_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_file")),
        sa.UniqueConstraint("digest", name=op.f("uq_media_file_digest")),
        sa.UniqueConstraint("stem", name=op.f("uq_media_file_stem")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("media_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_media_file_content"), ["content"], unique=False)
        batch_op.create_index("ix_media_file_kind", ["state", "kind", "id"], unique=False)
        batch_op.create_index("ix_media_file_newest", ["state", "id"], unique=False)
        batch_op.create_index("ix_media_file_person", ["state", "uploaded_by", "id"], unique=False)
        batch_op.create_index("ix_media_file_unused", ["state", "uses", "id"], unique=False)
    op.create_table(
        "media_word",
        sa.Column("word", WORD, nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["media_file.id"], name=op.f("fk_media_word_file_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("word", "file_id", name=op.f("pk_media_word")),
    )
    with op.batch_alter_table("media_word", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_media_word_file_id"), ["file_id"], unique=False)
    op.create_table(
        "media_use",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["media_file.id"], name=op.f("fk_media_use_file_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_media_use_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", "file_id", "role", name=op.f("pk_media_use")),
    )
    with op.batch_alter_table("media_use", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_media_use_file_id"), ["file_id"], unique=False)
