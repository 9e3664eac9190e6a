"""Looking at jobs: what waits, runs, failed, is dead, and was done of late."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, union_all

from blogengine.jobs.claims import due
from blogengine.outbox import CANCELLED, DEAD, DONE, RUNNING, WAITING, JobRow

FAILED = "failed"
"""Shown for a job that waits for its next try."""

SHOWN_STATES = (WAITING, RUNNING, FAILED, DEAD, DONE, CANCELLED)


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job as its operator sees it. `attempts` were begun; `error` is the last one's.

    `state` is waiting, running, failed (waits for its next try), dead, done or cancelled.
    """

    id: int
    name: str
    state: str
    attempts: int
    key: str
    payload: Mapping[str, Any]
    created_at: datetime
    not_before: datetime | None
    ended_at: datetime | None
    error: str


def records(
    connection: Connection,
    *,
    states: Iterable[str] = (),
    name: str = "",
    limit: int = 100,
    before: int = 0,
) -> list[JobRecord]:
    """Return jobs, the last asked for first."""
    query = select(JobRow.__table__).order_by(JobRow.id.desc()).limit(limit)
    chosen = tuple(states)
    if chosen and DONE not in chosen:
        # By the index of states alone: what is to be done is little beside what was done.
        stored = {WAITING if state == FAILED else state for state in chosen}
        ids = union_all(*(select(JobRow.id).where(JobRow.state == one) for one in sorted(stored)))
        query = query.where(JobRow.id.in_(select(ids.subquery().c.id)))
    if chosen:
        query = query.where(or_(*(_is(state) for state in chosen)))
    if before:
        query = query.where(JobRow.id < before)
    if name:
        query = query.where(or_(JobRow.name == name, JobRow.name.startswith(f"{name}.")))
    return [_record(row) for row in connection.execute(query)]


def since(connection: Connection, name: str, moment: datetime, limit: int) -> list[JobRecord]:
    """Return the jobs of a name that were asked for since a moment, the last first."""
    query = select(JobRow.__table__).where(JobRow.name == name, JobRow.created_at >= moment)
    query = query.order_by(JobRow.id.desc()).limit(limit)
    return [_record(row) for row in connection.execute(query)]


def by_id(connection: Connection, ids: Sequence[int]) -> list[JobRecord]:
    """Return these jobs, those that are there."""
    query = select(JobRow.__table__).where(JobRow.id.in_(ids)).order_by(JobRow.id)
    return [_record(row) for row in connection.execute(query)]


def due_ids(connection: Connection, now: datetime, limit: int) -> list[tuple[int, str]]:
    """Return ids and names of jobs that may be run now, the oldest first."""
    query = select(JobRow.id, JobRow.name).where(due(now)).order_by(JobRow.id).limit(limit)
    return [(row.id, row.name) for row in connection.execute(query)]


def next_due(connection: Connection) -> datetime | None:
    """Return when the next job is due that isn't yet; None when none waits."""
    query = select(func.min(JobRow.not_before)).where(JobRow.state == WAITING)
    return connection.execute(query).scalar()


def counts(connection: Connection) -> dict[str, int]:
    """Return how many jobs there are in each shown state."""
    return {
        state: connection.execute(select(func.count()).where(_is(state))).scalar_one()
        for state in SHOWN_STATES
    }


def _is(state: str) -> Any:
    if state == FAILED:
        return and_(JobRow.state == WAITING, JobRow.attempts > 0)
    if state == WAITING:
        return and_(JobRow.state == WAITING, JobRow.attempts == 0)
    return JobRow.state == state


def _record(row: Any) -> JobRecord:
    state = FAILED if row.state == WAITING and row.attempts else row.state
    return JobRecord(
        row.id,
        row.name,
        state,
        row.attempts,
        row.key,
        json.loads(row.payload),
        row.created_at,
        row.not_before,
        row.ended_at,
        row.error,
    )
