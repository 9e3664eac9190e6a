"""Where counts are kept: a table of the runtime database, one atomic step for each hit."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from limits.storage import MovingWindowSupport, Storage
from sqlalchemy import Connection, Engine, create_engine, delete, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

from blogengine.clock import utcnow
from blogengine.runtime import LimitRow, RuntimeBase

LOCK_MILLISECONDS = 1000

COUNT = text(
    """
    INSERT INTO runtime_limit (key, hits, moments, until) VALUES (:key, :amount, '', :end)
    ON CONFLICT (key) DO UPDATE SET
        hits = CASE WHEN runtime_limit.until <= :now THEN 0 ELSE runtime_limit.hits END + :amount,
        until = CASE WHEN runtime_limit.until <= :now THEN :end ELSE runtime_limit.until END
    RETURNING hits
    """
)
TAKE = text(
    """
    INSERT INTO runtime_limit (key, hits, moments, until) VALUES (:key, 0, '[]', :end)
    ON CONFLICT (key) DO UPDATE SET key = excluded.key RETURNING moments
    """
)
"""Makes the row or takes it: either way nobody else can until this transaction is over."""

KEEP = text("UPDATE runtime_limit SET moments = :moments, until = :end WHERE key = :key")
LOOK = text("SELECT hits, moments, until FROM runtime_limit WHERE key = :key AND until > :now")
FORGET = text("DELETE FROM runtime_limit WHERE key = :key")
PRUNE = text("DELETE FROM runtime_limit WHERE until <= :now")


class TableStorage(Storage, MovingWindowSupport):
    """The library's storage on `runtime_limit`: on SQLite or PostgreSQL, for all processes.

    Raises SQLAlchemyError when the database can't be asked.
    """

    STORAGE_SCHEME = None

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        # An engine with one connection for all threads can't be asked by two at once.
        shared = isinstance(engine.pool, StaticPool)
        self._turn: Any = threading.Lock() if shared else nullcontext()

    @property
    def base_exceptions(self) -> type[Exception]:
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count in a fixed window; return the count with this one."""
        now = utcnow().timestamp()
        values = {"key": key, "amount": amount, "now": now, "end": now + expiry}
        with self._begin() as connection:
            return int(connection.execute(COUNT, values).scalar_one())

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Take `amount` places of a moving window; all of them or none."""
        now = utcnow().timestamp()
        values = {"key": key, "end": now + expiry}
        with self._begin() as connection:
            stored = connection.execute(TAKE, values).scalar_one()
            moments = [moment for moment in json.loads(stored or "[]") if moment > now - expiry]
            if len(moments) + amount > limit:
                return False
            moments += [now] * amount
            connection.execute(KEEP, {**values, "moments": json.dumps(moments)})
            return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:  # noqa: ARG002
        """Return when the oldest counted hit was, and how many count."""
        now = utcnow().timestamp()
        row = self._row(key, now)
        moments = [m for m in json.loads(row[1] or "[]") if m > now - expiry] if row else []
        return (min(moments), len(moments)) if moments else (now, 0)

    def get(self, key: str) -> int:
        """Return the count of a fixed window."""
        row = self._row(key, utcnow().timestamp())
        return int(row[0]) if row else 0

    def get_expiry(self, key: str) -> float:
        """Return when a fixed window ends, in seconds since the epoch."""
        now = utcnow().timestamp()
        row = self._row(key, now)
        return float(row[2]) if row else now

    def check(self) -> bool:
        """Whether the table can be asked."""
        try:
            self._row("", 0.0)
        except SQLAlchemyError:
            return False
        return True

    def clear(self, key: str) -> None:
        """Forget one count."""
        with self._begin() as connection:
            connection.execute(FORGET, {"key": key})

    def reset(self) -> int | None:
        """Forget all counts."""
        with self._begin() as connection:
            return connection.execute(delete(LimitRow)).rowcount

    def prune(self) -> int:
        """Delete what doesn't count any more; return how many rows that were."""
        with self._begin() as connection:
            return connection.execute(PRUNE, {"now": utcnow().timestamp()}).rowcount

    def _row(self, key: str, now: float) -> Any:
        with self._begin() as connection:
            return connection.execute(LOOK, {"key": key, "now": now}).first()

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        with self._turn, self._engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_MILLISECONDS}")
                connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            yield connection


def local_storage() -> TableStorage:
    """Return a storage of this process alone, for as long as the shared one is away."""
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    RuntimeBase.metadata.create_all(engine, tables=[LimitRow.__table__])  # type: ignore[list-item]
    return TableStorage(engine)
