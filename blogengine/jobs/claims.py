"""Who runs a job: claims, what becomes of them when their process dies, and the pauses between."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from blogengine.clock import utcnow
from blogengine.outbox import DEAD, DONE, RUNNING, WAITING, JobRow
from blogengine.ownership import writing_as

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 3 * 60, 8 * 60, 24 * 60))
"""How long a job waits after its first, second … failed try; the last pause holds for the rest."""

SPARE = timedelta(seconds=60)
LONGEST_ERROR = 2000


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that this process runs now. `attempt` counts from 1."""

    id: int
    name: str
    payload: Mapping[str, Any]
    attempt: int
    claim: str


class Runner:
    """This process as one that runs jobs, recognised by a lock that ends with it.

    Whoever finds a claim of a runner on this machine can see whether that one still lives, and
    needn't wait until its lease is over.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: IO[bytes] | None = None
        self._pid = 0
        self._token = ""

    @property
    def token(self) -> str:
        """The name under which this process claims; made at the first claim."""
        if self._pid != os.getpid():  # a fork is another process
            self._pid = os.getpid()
            self._token = f"{self._pid}-{secrets.token_hex(8)}"
            with suppress(OSError):  # without the file its lease speaks for it
                self._folder.mkdir(exist_ok=True)
                self._file = (self._folder / f"runner-{self._token}").open("wb")
                fcntl.flock(self._file, fcntl.LOCK_EX)
        return self._token

    def close(self) -> None:
        """Let go: this process runs no job any more."""
        if self._file is not None and self._pid == os.getpid():
            with suppress(OSError):
                (self._folder / f"runner-{self._token}").unlink(missing_ok=True)
            self._file.close()
        self._file, self._pid = None, 0

    def lives(self, token: str) -> bool | None:
        """Whether a runner of this machine lives; None when it isn't one of this machine."""
        if token == self._token and self._pid == os.getpid():
            return True
        path = self._folder / f"runner-{token}"
        try:
            with path.open("r+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return None
        except OSError:
            return True
        return False

    def gone(self) -> list[Path]:
        """Return the files of runners of this machine that are gone.

        Take them away once their claims are given back: without its file a runner counts as one
        of another machine.
        """
        files = self._folder.glob("runner-*")
        return [file for file in files if self.lives(file.name.removeprefix("runner-")) is False]


def due(now: datetime) -> ColumnElement[bool]:
    """The condition of rows that may be run now.

    A pause is never longer than the longest: one that ends later was set by a clock that has gone
    back since.
    """
    return and_(
        JobRow.state == WAITING,
        or_(
            JobRow.not_before.is_(None),
            JobRow.not_before <= now,
            and_(JobRow.attempts > 0, JobRow.not_before > now + PAUSES[-1]),
        ),
    )


def take(session: Session, job_id: int, token: str, seconds: float) -> Claimed | None:
    """Claim a due job; None when it isn't due, or another has it."""
    now = utcnow()
    lease = now + timedelta(seconds=2 * seconds) + SPARE
    changed = session.execute(
        update(JobRow)
        .where(JobRow.id == job_id, due(now))
        .values(state=RUNNING, claim=token, lease_until=lease, attempts=JobRow.attempts + 1)
        .returning(JobRow.name, JobRow.payload, JobRow.attempts)
    ).first()
    if changed is None:
        return None
    return Claimed(job_id, changed.name, json.loads(changed.payload), changed.attempts, token)


def mark_done(session: Session, claimed: Claimed) -> bool:
    """Mark a job as done, unless it isn't this claim's any more."""
    with writing_as(""):
        return _end(session, claimed, state=DONE, ended_at=utcnow(), error="")


def mark_failed(session: Session, claimed: Claimed, error: str, *, last: bool) -> bool:
    """Let a job wait for its next try, or keep it as dead after the `last`."""
    said = error[:LONGEST_ERROR]
    if last:
        return _end(session, claimed, state=DEAD, ended_at=utcnow(), error=said)
    moment = utcnow() + pause_after(claimed.attempt)
    return _end(session, claimed, state=WAITING, not_before=moment, error=said)


def mark_later(session: Session, claimed: Claimed, at: datetime, said: str) -> bool:
    """Let a job wait until a moment that it chose itself; the try doesn't count."""
    latest = utcnow() + PAUSES[-1]
    values = {"not_before": min(at, latest), "attempts": claimed.attempt - 1}
    return _end(session, claimed, state=WAITING, error=said, **values)


def _end(session: Session, claimed: Claimed, **values: object) -> bool:
    changed = session.execute(
        update(JobRow)
        .where(JobRow.id == claimed.id, JobRow.state == RUNNING, JobRow.claim == claimed.claim)
        .values(claim="", lease_until=None, **values)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def pause_after(attempt: int) -> timedelta:
    """Return how long to wait after this many tries."""
    return PAUSES[min(attempt, len(PAUSES)) - 1]


def give_back(session: Session, runner: Runner, attempts: Callable[[str], int]) -> list[int]:
    """Let the jobs of processes that are gone wait again; return their ids.

    The first time a job is tried again at once: a process may end for reasons of its own. Later
    with the pauses of a failure, since it may be the job that ends its process. `attempts` tells
    the most that each job is given.
    """
    now = utcnow()
    running = session.execute(
        select(JobRow.id, JobRow.claim, JobRow.lease_until, JobRow.attempts, JobRow.name).where(
            JobRow.state == RUNNING
        )
    ).all()
    lives = {token: runner.lives(token) for token in {row.claim for row in running}}
    lost: list[int] = []
    for row in running:
        alive = lives[row.claim]
        if alive or (alive is None and row.lease_until and row.lease_until > now):
            continue
        claimed = Claimed(row.id, row.name, {}, row.attempts, row.claim)
        said = "Its process ended in the middle of it."
        last = row.attempts >= attempts(row.name)
        if row.attempts == 1 and not last:
            _end(session, claimed, state=WAITING, not_before=None, error=said)
        else:
            mark_failed(session, claimed, said, last=last)
        lost.append(row.id)
    return lost


def locked_by_another(path: Path) -> bool:
    """Whether a living process holds the lock of a file."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False
