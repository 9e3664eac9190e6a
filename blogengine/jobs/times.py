"""Jobs that come again and again: each is asked for once in its time, whoever looks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from blogengine.clock import utcnow
from blogengine.contributions import Job
from blogengine.db import db
from blogengine.jobs import asking
from blogengine.outbox import JobTimeRow


class RunLater(Exception):
    """Raised by a job that wants to be run at another time; it doesn't count as a failure."""

    def __init__(self, at: datetime) -> None:
        super().__init__(f"It is to be run at {at:%Y-%m-%d %H:%M:%S} UTC.")
        self.at = at


def ask_for_regular(known: Mapping[str, Job]) -> list[int]:
    """Ask for every regular job that is due and note its next time; return the requests.

    What was missed while nobody looked is done once, not as often as it was missed. A new job
    comes first after one of its times.
    """
    regular = {name: job for name, job in known.items() if job.every is not None}
    now = utcnow()
    times = {row.name: row.due_at for row in db.reading().execute(select(JobTimeRow.__table__))}
    due = [name for name, job in regular.items() if _is_due(job, times.get(name), now)]
    gone = [name for name in times if name not in regular]
    db.end_reading()
    if not due and not gone:
        return []
    asked: list[int] = []
    with db.write() as session:
        for name in due:
            if (number := _ask(session, name, regular[name], now)) is not None:
                asked.append(number)
        session.execute(delete(JobTimeRow).where(JobTimeRow.name.in_(gone)))
    return asked


def _is_due(job: Job, due_at: datetime | None, now: datetime) -> bool:
    """Whether it is time. One further ahead than the period is of a clock that was set back."""
    assert job.every is not None
    return due_at is None or due_at <= now or due_at > now + job.every


def _ask(session: Session, name: str, job: Job, now: datetime) -> int | None:
    """Look once more inside the transaction: another process may have been first."""
    assert job.every is not None
    due_at = session.scalar(select(JobTimeRow.due_at).where(JobTimeRow.name == name))
    if due_at is None:
        session.execute(insert(JobTimeRow).values(name=name, due_at=now + job.every))
        return None
    if not _is_due(job, due_at, now):
        return None
    session.execute(
        update(JobTimeRow).where(JobTimeRow.name == name).values(due_at=now + job.every)
    )
    return asking.enqueue(session, name, {}, key="regular")
