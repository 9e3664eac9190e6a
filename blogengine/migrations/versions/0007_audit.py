"""Who changed what: a table that is only ever added to."""

import sqlalchemy as sa
from alembic import op

revision = "core_0007"
down_revision = "core_0006"

SQLITE = (
    """
    CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'a line of the audit trail is never changed'); END
    """,
    """
    CREATE TRIGGER audit_kept BEFORE DELETE ON audit
    WHEN OLD.at > datetime('now', '-30 days')
    BEGIN SELECT RAISE(ABORT, 'lines of the audit trail are kept for 30 days at least'); END
    """,
)

POSTGRESQL = (
    """
    CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND OLD.at <= (now() AT TIME ZONE 'utc') - interval '30 days' THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'the audit trail is only ever added to';
    END $$
    """,
    """
    CREATE TRIGGER audit_lines BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_append_only()
    """,
    """
    CREATE TRIGGER audit_whole BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()
    """,
)


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("act", sa.String(length=80), nullable=False),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("plugin", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=200), nullable=False),
        sa.Column("subject_title", sa.String(length=300), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("request", sa.String(length=80), nullable=False),
        sa.Column("session", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=50), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_subject", "audit", ["subject_kind", "subject_id", "id"])
    op.create_index("ix_audit_actor", "audit", ["actor_kind", "actor_id", "id"])
    op.create_index("ix_audit_name", "audit", ["actor_name", "id"])
    op.create_index("ix_audit_act", "audit", ["act", "id"])
    op.create_index("ix_audit_at", "audit", ["at"])
    triggers = POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE
    for statement in triggers:
        op.execute(statement)
