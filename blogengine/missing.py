"""Which addresses visitors asked for in vain, and how often: `site.missing`.

Only the path is kept, never what follows the question mark. The table is bounded, and so is how
often a process writes it: a program that tries a million addresses fills neither.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from blogengine.actors import require
from blogengine.clock import utcnow
from blogengine.db import db
from blogengine.ownership import writing_as
from blogengine.runtime import MissingRow

MOST = 1000
"""Addresses that are kept; the least asked for give way."""

A_SECOND = 5
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Missed:
    """An address that nobody answers: how often it was asked for, and when last."""

    path: str
    count: int
    first_at: datetime
    last_at: datetime


@dataclass(slots=True)
class Missing:
    """Addresses asked for in vain. Every method needs an application context."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _second: int = 0
    _written: int = 0

    def note(self, path: str) -> None:
        """Count an address. In a busy second most aren't counted; nothing else is disturbed.

        The commit doesn't wait for the disk: a power cut may forget the last counts.
        """
        if len(path) > LONGEST or not self._turn():
            return
        now = utcnow()
        counted = update(MissingRow).where(MissingRow.path == path)
        more = counted.values(count=MissingRow.count + 1, last_at=now)
        try:
            with writing_as(""), db.counting_engine.begin() as connection:
                if connection.execute(more).rowcount:
                    return
                total = connection.execute(select(func.count()).select_from(MissingRow)).scalar()
                if (total or 0) >= MOST:
                    worst = select(MissingRow.path).order_by(MissingRow.count, MissingRow.last_at)
                    gone = list(connection.execute(worst.limit(MOST // 10)).scalars())
                    connection.execute(delete(MissingRow).where(MissingRow.path.in_(gone)))
                row = {"path": path, "count": 1, "first_at": now, "last_at": now}
                connection.execute(insert(MissingRow).values(row))
        except DBAPIError:
            return  # a visitor gets the page that says "not found", whatever becomes of the count

    def top(self, limit: int = 10) -> tuple[Missed, ...]:
        """Return the addresses most asked for. Raises Denied without `audit.read`."""
        require("audit.read")
        columns = (MissingRow.path, MissingRow.count, MissingRow.first_at, MissingRow.last_at)
        query = select(*columns).order_by(MissingRow.count.desc(), MissingRow.path).limit(limit)
        with db.runtime_reading() as connection:
            return tuple(Missed(*row) for row in connection.execute(query))

    def forget(self, path: str) -> None:
        """Forget an address, as when something answers there now."""
        with db.runtime_write() as session:
            session.execute(delete(MissingRow).where(MissingRow.path == path))

    def _turn(self) -> bool:
        with self._lock:
            second = int(time.monotonic())
            if second != self._second:
                self._second, self._written = second, 0
            self._written += 1
            return self._written <= A_SECOND
