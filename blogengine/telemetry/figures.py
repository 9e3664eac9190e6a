"""How long requests took, by route, method and status, over all processes.

Each process counts for itself and adds what is new to the runtime table, so that whichever worker
answers `/metrics` tells the same, and numbers never go back when a worker is replaced.
"""

from __future__ import annotations

import logging
import threading
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from blogengine.runtime import RequestRow

log = logging.getLogger(__name__)

BOUNDS = (0.025, 0.1, 0.5, 2.5)
"""Upper ends of the classes of duration, in seconds; the last class has none."""

MOST_SERIES = 200
"""Routes × methods × statuses that are told apart; what comes later counts as `other`."""

OTHER = "other"
LONGEST_ROUTE = 200

Key = tuple[str, str, int]


@dataclass(slots=True)
class RequestFigure:
    """Requests of one kind: `buckets` counts them by duration, times are nanoseconds."""

    count: int = 0
    total: int = 0
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    statements: int = 0
    database_time: int = 0

    def add(self, other: RequestFigure) -> None:
        self.count += other.count
        self.total += other.total
        self.buckets = [a + b for a, b in zip(self.buckets, other.buckets, strict=True)]
        self.statements += other.statements
        self.database_time += other.database_time


class RequestFigures:
    """Counts in memory, and in the table what was saved."""

    def __init__(self, engine: Engine | None) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._news: dict[Key, RequestFigure] = {}

    def observe(self, key: Key, seconds: float, statements: int, database_time: int) -> None:
        """Count one request."""
        with self._lock:
            if key not in self._news and len(self._news) >= MOST_SERIES:
                key = (OTHER, OTHER, key[2])
            figure = self._news.setdefault(key, RequestFigure())
            figure.count += 1
            figure.total += int(seconds * 1e9)
            figure.buckets[bisect_left(BOUNDS, seconds)] += 1
            figure.statements += statements
            figure.database_time += database_time

    def save(self) -> None:
        """Add what is new to the table; without a database that answers it is kept."""
        if self._engine is None:
            return
        with self._lock:
            news, self._news = self._news, {}
        if not news:
            return
        try:
            with self._engine.begin() as connection:
                for key, figure in news.items():
                    _add(connection, key, figure)
        except SQLAlchemyError as error:
            with self._lock:
                for key, figure in news.items():
                    self._news.setdefault(key, RequestFigure()).add(figure)
            log.debug("Figures of requests can't be saved now: %s", error)

    def read(self) -> Iterator[tuple[Key, RequestFigure]]:
        """Save, then yield what all processes have saved, in order."""
        self.save()
        if self._engine is None:
            return
        row = RequestRow
        query = select(row.route, row.method, row.status, *_columns())
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(row.route, row.method, row.status))
            for found in rows:
                count, total, *buckets, statements, time = list[int](found[3:])
                figure = RequestFigure(count, total, buckets, statements, time)
                yield (found[0], found[1], found[2]), figure


def _columns() -> list[object]:
    row = RequestRow
    classes = (row.class_0, row.class_1, row.class_2, row.class_3, row.class_4)
    return [row.count, row.total, *classes, row.statements, row.database_time]


def _add(connection: Connection, key: Key, figure: RequestFigure) -> None:
    values = {
        "count": figure.count,
        "total": figure.total,
        **{f"class_{number}": count for number, count in enumerate(figure.buckets)},
        "statements": figure.statements,
        "database_time": figure.database_time,
    }
    if _grown(connection, key, values):
        return
    if connection.execute(select(func.count()).select_from(RequestRow)).scalar_one() >= MOST_SERIES:
        key = (OTHER, OTHER, key[2])
        if _grown(connection, key, values):
            return
    route, method, status = key
    connection.execute(
        insert(RequestRow).values(
            route=route[:LONGEST_ROUTE], method=method, status=status, **values
        )
    )


def _grown(connection: Connection, key: Key, values: dict[str, int]) -> bool:
    route, method, status = key
    grown = {name: getattr(RequestRow, name) + number for name, number in values.items()}
    here = {"route": route[:LONGEST_ROUTE], "method": method, "status": status}
    return bool(connection.execute(update(RequestRow).filter_by(**here).values(grown)).rowcount)
