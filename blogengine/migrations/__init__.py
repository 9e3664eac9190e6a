"""One Alembic history per owner: the core's and each plugin's, each with its own version table.

A plugin whose files are gone then harms nobody: its version table is simply left alone. Alembic
is imported only when something is to be done with it.
"""

from blogengine.migrations.owners import Owner, core_owner, runtime_owner
from blogengine.migrations.runner import (
    OwnerStatus,
    make_revision,
    migration_failed,
    pending,
    status,
    upgrade,
    upgrade_runtime,
)

__all__ = [
    "Owner",
    "OwnerStatus",
    "core_owner",
    "make_revision",
    "migration_failed",
    "pending",
    "runtime_owner",
    "status",
    "upgrade",
    "upgrade_runtime",
]
