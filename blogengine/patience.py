"""How long a writer waits for another one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy import Connection

BUSY_MILLISECONDS = 5000

PATIENCE: ContextVar[int] = ContextVar("blogengine_patience", default=BUSY_MILLISECONDS)


@contextmanager
def patience(milliseconds: int) -> Iterator[None]:
    """Let writers inside wait no longer than this for another one; Retryable comes sooner."""
    token = PATIENCE.set(milliseconds)
    try:
        yield
    finally:
        PATIENCE.reset(token)


def begin_patiently(connection: Connection, begin: str) -> None:
    """Begin a transaction of SQLite, waiting for another writer as long as it is to be here."""
    waits = PATIENCE.get()
    if waits == BUSY_MILLISECONDS:
        connection.exec_driver_sql(begin)
        return
    connection.exec_driver_sql(f"PRAGMA busy_timeout={waits}")
    try:
        connection.exec_driver_sql(begin)
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
