"""Who owns tables: the core, and every plugin that has a folder `migrations`."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import MetaData

import blogengine.models  # noqa: F401 - the tables of the core register themselves
from blogengine.db import Base

CORE = "core"


@dataclass(frozen=True, slots=True)
class Owner:
    """A migration history. `folder` holds the revisions; `metadata` is None when not imported."""

    name: str
    folder: Path
    metadata: MetaData | None = None

    @property
    def version_table(self) -> str:
        return f"{self.name}_schema"

    def owns(self, table: str) -> bool:
        """Whether a table belongs to this owner by its name."""
        if self.name == CORE:
            return table in Base.metadata.tables
        return table.startswith(f"{self.name}_") and table != self.version_table


def core_owner() -> Owner:
    return Owner(CORE, Path(__file__).parent / "versions", Base.metadata)


def newest_revision(folder: Path) -> str | None:
    """Return the head of a linear history without importing Alembic or running its files.

    Read from the assignments `revision` and `down_revision` at the top of each file, so that a
    starting worker can compare heads in a millisecond.
    """
    revisions: set[str] = set()
    parents: set[str] = set()
    for path in sorted(folder.glob("[0-9a-zA-Z]*.py")):
        values = _assignments(path)
        if "revision" in values:
            revisions.add(values["revision"])
            parents.add(values.get("down_revision", ""))
    heads = revisions - parents
    return heads.pop() if len(heads) == 1 else None


def _assignments(path: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        targets: list[ast.expr] = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        value = getattr(node, "value", None)
        for target in targets:
            if isinstance(target, ast.Name) and isinstance(value, ast.Constant):
                found[target.id] = str(value.value)
    return found
