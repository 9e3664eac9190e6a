"""Whose tables a plugin may write: its own. A statement on another's is refused before it runs.

This is against mistakes, such as a plugin that "just" corrects the posts' titles: the change log,
the listings and the page cache would never know. The services behind `site` do it right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine, event

from blogengine.audited import AUDITED, FOLLOWING, WRITTEN
from blogengine.errors import PluginFault

WRITING_AS: ContextVar[str] = ContextVar("blogengine_writing_as", default="")
"""The plugin that writes in the running transaction; empty for the engine."""

TEXTS = re.compile(r"'(?:[^']|'')*'")
TARGET = re.compile(
    r"""\b(?:
        INSERT\s+(?:OR\s+\w+\s+)?INTO | REPLACE\s+INTO | DELETE\s+FROM | TRUNCATE(?:\s+TABLE)?
      | (?<!FOR\ )(?<!DO\ )UPDATE(?:\s+OR\s+\w+)?(?:\s+ONLY)?
      | (?:DROP|ALTER|CREATE(?:\s+TEMP(?:ORARY)?)?)\s+TABLE(?:\s+IF\s+(?:NOT\s+)?EXISTS)?
    )\s+ (?:["`\[]?\w+["`\]]?\.)? ["`\[]?(?P<table>\w+)""",
    re.IGNORECASE | re.VERBOSE,
)


ENDING = re.compile(
    r"\s*(?:BEGIN|COMMIT|END|(?:PREPARE|START)\s+TRANSACTION"
    r"|ROLLBACK(?!\s+(?:TRANSACTION\s+)?TO\b))\b",
    re.IGNORECASE,
)
"""Statements that begin or end a transaction, savepoints aside."""


@contextmanager
def writing_as(plugin: str) -> Iterator[None]:
    """Let what follows write this plugin's tables only; with "" it is the engine that writes."""
    token = WRITING_AS.set(plugin)
    try:
        yield
    finally:
        WRITING_AS.reset(token)


@lru_cache(maxsize=512)
def written_tables(statement: str) -> frozenset[str]:
    """Return the tables that a statement writes, by its text."""
    return frozenset(match["table"] for match in TARGET.finditer(TEXTS.sub("''", statement)))


def guard_writes(engine: Engine) -> None:
    """Look at every statement of an engine that a plugin may have been handed.

    What a `db.write()` writes is noted: at its end it is asked for the line of the audit trail.
    """

    @event.listens_for(engine, "before_cursor_execute")
    def look(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        plugin, written = WRITING_AS.get(), WRITTEN.get()
        if written is not None:
            written |= written_tables(statement)
        if not plugin:
            return
        if ENDING.match(statement):
            raise PluginFault(
                f"The plugin {plugin} tried to end a transaction that isn't its own to end.",
                code="plugin-transaction",
                action="Nothing of it was written. Its author raises an error to undo a write.",
            )
        for table in written_tables(statement):
            # A plugin called `path` doesn't own the core's `path_history`.
            if not table.startswith(f"{plugin}_") or table in AUDITED | FOLLOWING:
                raise foreign_table(plugin, table)


def foreign_table(plugin: str, table: str) -> PluginFault:
    """The error of a plugin that writes a table which isn't its own."""
    return PluginFault(
        f"The plugin {plugin} tried to write the table {table}, which isn't its own.",
        code="plugin-foreign-table",
        action="Nothing of it was written. Its author finds in `site` what changes posts and tags.",
    )
