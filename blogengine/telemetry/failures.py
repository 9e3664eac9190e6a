"""The last requests that failed, kept so that an id can be explained without the log.

Each kind has its own room: a visitor who fails on purpose can't push out a bug's trace.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from blogengine.runtime import FailureRow

log = logging.getLogger(__name__)

ROOM = {"refused": 100, "part": 100, "failed": 300}
"""How many are kept: refused or unusable input, a page without a plugin's part, no page at all."""

ORDINARY = frozenset({404, 405, 410, 304})
"""Not worth a row: anybody can ask for a thousand addresses that aren't there."""

LONGEST_TRACE = 8000
WAITING = 200


@dataclass(frozen=True, slots=True)
class KnownFailure:
    """A request, command or job that failed; `kind` is a log line's `error.class`."""

    request: str
    at: datetime
    method: str
    path: str
    route: str
    status: int
    kind: str
    code: str
    error: str
    message: str
    action: str
    plugin: str
    trace: str
    user: str = ""

    @property
    def room(self) -> str:
        """Which of the rooms it is kept in."""
        if self.status >= 500 or self.status == 0:
            return "failed"
        return "part" if self.status < 400 else "refused"


class Failures:
    """Those of all processes, through the runtime table; `clean` takes secrets out of a text."""

    def __init__(self, engine: Engine | None, clean: Callable[[str], str] = str) -> None:
        self._engine = engine
        self._clean = clean
        self._waiting: deque[KnownFailure] = deque(maxlen=WAITING)

    def add(self, failure: KnownFailure) -> None:
        """Keep one until the next `save()`; call it while its unit of work is under way."""
        values = {field.name: getattr(failure, field.name) for field in fields(failure)}
        for name, value in values.items():
            if isinstance(value, str):
                values[name] = _storable(self._clean(value))[-LONGEST_TRACE:]
        self._waiting.append(KnownFailure(**values))

    def save(self) -> None:
        """Write what waits; without a database that answers it goes on waiting."""
        if self._engine is None or not self._waiting:
            return
        waiting = [self._waiting.popleft() for _ in range(len(self._waiting))]
        try:
            with self._engine.begin() as connection:
                for failure in waiting:
                    connection.execute(insert(FailureRow).values(_row(failure)))
                for room in {failure.room for failure in waiting}:
                    _prune(connection, room)
        except SQLAlchemyError as error:
            self._waiting.extendleft(reversed(waiting))
            log.debug("Failed requests can't be kept now: %s", error)

    def find(self, request: str) -> tuple[KnownFailure, ...]:
        """Return what is known of an id, the last first."""
        return self._read(request)

    def last(self, number: int = 20) -> tuple[KnownFailure, ...]:
        """Return the last failures of all."""
        return self._read("", number)

    def _read(self, request: str, number: int = 20) -> tuple[KnownFailure, ...]:
        self.save()
        if self._engine is None:
            return ()
        names = [field.name for field in fields(KnownFailure)]
        query = select(*(getattr(FailureRow, name) for name in names))
        if request:
            query = query.where(FailureRow.request == request)
        query = query.order_by(FailureRow.id.desc()).limit(number)
        with self._engine.connect() as connection:
            return tuple(KnownFailure(*row) for row in connection.execute(query))


def _row(failure: KnownFailure) -> dict[str, object]:
    row = {field.name: getattr(failure, field.name) for field in fields(failure)}
    for name, length in (("method", 10), ("path", 300), ("route", 200), ("error", 200)):
        row[name] = row[name][:length]
    return {**row, "room": failure.room}


def _prune(connection: Connection, room: str) -> None:
    here = select(FailureRow.id).where(FailureRow.room == room)
    oldest = here.order_by(FailureRow.id.desc()).offset(ROOM[room]).limit(1)
    last = connection.execute(oldest).scalar()
    if last is not None:
        connection.execute(delete(FailureRow).where(FailureRow.room == room, FailureRow.id <= last))


def _storable(said: str) -> str:
    """Return what every database takes: no NUL, no lone surrogate."""
    return said.replace("\x00", "").encode("utf-8", "replace").decode()
