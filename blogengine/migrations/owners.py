"""Who owns tables: the core, and every plugin that has a folder `migrations`."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy import MetaData

from blogengine.db import Base
from blogengine.runtime import RuntimeBase

CORE = "core"
RUNTIME = "runtime"


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
        # A plugin called `path` doesn't own the core's `path_history`.
        own = table.startswith(f"{self.name}_") and table != self.version_table
        return own and table not in Base.metadata.tables


def core_owner() -> Owner:
    return Owner(CORE, Path(__file__).parent / "versions", Base.metadata)


def runtime_owner() -> Owner:
    """The history of what changes without mattering to readers; in a database of its own."""
    return Owner(RUNTIME, Path(__file__).parent / "runtime", RuntimeBase.metadata)


class UnfitHistory(Exception):
    """Why a history can't be followed, as a sentence."""


def newest_revision(folder: Path) -> str | None:
    """Return the head of a linear history without importing Alembic or running its files.

    Read from the assignments `revision` and `down_revision` at the top of each file, so that a
    starting worker can compare heads in a millisecond. Raises UnfitHistory for files that can't be
    read and for a history with two heads.
    """
    parents: dict[str, str] = {}
    for path in sorted(folder.glob("[0-9a-zA-Z]*.py")):
        try:
            values = _assignments(path.read_text(encoding="utf-8"))
        except (SyntaxError, ValueError, OSError, RecursionError, MemoryError) as error:
            raise UnfitHistory(
                f"Its migration {path.name} can't be read: {type(error).__name__}: {error}."
            ) from error
        if "revision" in values:
            parents[values["revision"]] = values.get("down_revision", "")
    heads = sorted(parents.keys() - parents.values())
    if len(heads) > 1:
        raise UnfitHistory(
            f"Its migrations have {len(heads)} newest revisions: {', '.join(heads)}."
        )
    if parents and not heads:
        raise UnfitHistory("Its migrations go round in a circle.")
    return heads[0] if heads else None


# By the text, not by the file: an edited file is always read anew. A start asks several times.
@lru_cache(maxsize=256)
def _assignments(text: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    tree = ast.parse(text)
    for node in tree.body:
        targets: list[ast.expr] = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        value = getattr(node, "value", None)
        for target in targets:
            if isinstance(target, ast.Name) and isinstance(value, ast.Constant):
                found[target.id] = str(value.value)
    return found
