"""`site.jobs`: asking for work, and doing it."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, event, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from blogengine.actors import THE_ENGINE, acting, require
from blogengine.clock import utcnow
from blogengine.contributions import Job
from blogengine.db import db
from blogengine.errors import BlogError, NotFound, Retryable, UserError
from blogengine.guard import Guard, Limit, stopped_by_hand
from blogengine.jobs import asking, claims, listing, times
from blogengine.jobs.asking import owner_of
from blogengine.jobs.claims import Claimed, Runner
from blogengine.jobs.counting import counted
from blogengine.jobs.listing import JobRecord
from blogengine.jobs.messenger import Messenger
from blogengine.jobs.times import RunLater
from blogengine.outbox import CANCELLED, DEAD, DONE, RUNNING, WAITING, JobRow

if TYPE_CHECKING:
    from blogengine.site import Site

CORE = "core"
CURRENT: ContextVar[Claimed | None] = ContextVar("blogengine_job", default=None)
"""The job that runs here."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one run went: `error` is empty when it went well, `dead` says that it was the last.

    `raised` is what the job raised, for tests of plugins.
    """

    id: int
    name: str
    error: str = ""
    dead: bool = False
    raised: BaseException | None = None


class Jobs:
    """Asking for jobs and running them. Every method needs an application context.

    `known` returns all jobs by their full names.
    """

    def __init__(
        self,
        known: Callable[[], Mapping[str, Job]],
        guard: Guard,
        runner: Runner,
        messenger: Messenger,
    ) -> None:
        self.known = known
        self.runner = runner
        self.messenger = messenger
        self._guard = guard
        self._site: Site | None = None
        self._unsettled: deque[tuple[Claimed, BaseException | None, bool]] = deque()

    def bind(self, site: Site) -> None:
        """Say which site the jobs get; done once, at the end of the app build."""
        self._site = site

    def enqueue(
        self,
        session: Session,
        name: str,
        payload: Mapping[str, Any],
        *,
        not_before: datetime | None = None,
        key: str = "",
    ) -> int:
        """Ask for `PLUGIN.JOB` inside a `db.write()`: it is done when that commits, else never.

        `payload` is a small JSON object. While a request of the same name and `key` waits, nothing
        is added, and that one keeps its payload and time. Returns the request's id. Raises
        LookupError for a job that nobody registered, TypeError and ValueError for a payload that
        can't be kept, Retryable when 10,000 of the plugin's jobs wait already.
        """
        if name not in self.known():
            raise LookupError(f"No running plugin registered the job {name!r}.")
        number = asking.enqueue(session, name, payload, not_before=not_before, key=key)
        if not_before is None:
            ring = self.messenger.ring
            event.listen(session, "after_commit", lambda _session: ring(number), once=True)
        return number

    def finish(self, session: Session) -> None:
        """Mark the job that runs here as done, in its own transaction: then it is done once.

        Without this a job whose process is killed after its work is done again. Raises
        RuntimeError outside of a job.
        """
        claimed = CURRENT.get()
        if claimed is None:
            raise RuntimeError("site.jobs.finish() was called outside of a job.")
        session.flush()
        if not claims.mark_done(session, claimed):
            raise RuntimeError(f"The job {claimed.id} isn't this process's any more.")

    def get(self, job_id: int) -> JobRecord:
        """Return a job; raises NotFound. Needs `jobs.manage`."""
        require("jobs.manage")
        found = listing.by_id(db.reading(), [job_id])
        if not found:
            raise no_job(job_id)
        return found[0]

    def find(
        self, *, states: Sequence[str] = (), name: str = "", limit: int = 100, before: int = 0
    ) -> list[JobRecord]:
        """Return jobs, those before an id, the last first; `name` is a job's or a plugin's."""
        require("jobs.manage")
        return listing.records(db.reading(), states=states, name=name, limit=limit, before=before)

    def recent(self, name: str, since: datetime, limit: int = 20) -> list[JobRecord]:
        """Return the jobs of one name that were asked for since then, the last first."""
        return listing.since(db.reading(), name, since, limit)

    def counts(self) -> dict[str, int]:
        """Return how many jobs there are in each state."""
        return listing.counts(db.reading())

    def due(self, limit: int = 100) -> list[int]:
        """Return the ids of jobs that can be run now, the oldest first.

        Those of plugins that aren't running or are paused wait.
        """
        known = self.known()
        found = listing.due_ids(db.reading(), utcnow(), limit)
        return [number for number, name in found if name in known and not self._paused(name)]

    def run_due(self, limit: int = 100) -> list[Outcome]:
        """Run what is due, one after the other, and return how each went."""
        outcomes = (self.carry_out(number) for number in self.due(limit))
        return [outcome for outcome in outcomes if outcome is not None]

    def carry_out(self, job_id: int) -> Outcome | None:
        """Run one job if it is due and nobody else has it; None when it isn't."""
        known = self.known()
        name = db.reading().execute(select(JobRow.name).where(JobRow.id == job_id)).scalar() or ""
        db.end_reading()
        if name not in known or self._paused(name):
            return None
        job = known[name]
        with db.write() as session:
            claimed = claims.take(session, job_id, self.runner.token, job.seconds)
        if claimed is None:
            return None
        error = counted(self._site, name, lambda: self._run(job, claimed))
        db.end_reading()
        # What was asked for can't be done: asking again won't help.
        last = claimed.attempt >= job.max_attempts or type(error) is UserError
        self._unsettled.append((claimed, error, last))
        self.settle()
        if error is None or isinstance(error, RunLater):
            return Outcome(job_id, name, raised=error)
        log.log(
            logging.ERROR if last else logging.WARNING,
            "The job %s (%d) failed at try %d of %d: %s",
            name,
            job_id,
            claimed.attempt,
            job.max_attempts,
            told(error),
        )
        return Outcome(job_id, name, told(error), last, error)

    def settle(self) -> None:
        """Mark how jobs ended; what can't be written now is written the next time.

        Until then nobody else has them: their process lives.
        """
        for _number in range(len(self._unsettled)):
            claimed, error, last = self._unsettled.popleft()
            try:
                with db.write() as session:
                    if error is None:
                        claims.mark_done(session, claimed)
                    elif isinstance(error, RunLater):
                        claims.mark_later(session, claimed, error.at, str(error))
                    else:
                        claims.mark_failed(session, claimed, told(error), last=last)
            except (BlogError, DBAPIError) as failure:
                log.warning("How the job %d ended can't be written yet: %s", claimed.id, failure)
                self._unsettled.append((claimed, error, last))

    def _run(self, job: Job, claimed: Claimed) -> BaseException | None:
        """Run the job's function, a plugin's inside its guard; return what it raised."""
        owner = owner_of(claimed.name)
        ended: list[BaseException | None] = []

        def work() -> None:
            try:
                job.run(self._site, claimed.payload)  # type: ignore[arg-type]
            except RunLater as later:
                ended.append(later)  # it isn't a failure, so the guard needn't see it
            except BaseException as error:
                ended.append(error)
                raise
            else:
                ended.append(None)

        token = CURRENT.set(claimed)
        try:
            with acting(THE_ENGINE):
                if owner == CORE:
                    work()
                else:
                    limit = Limit(job.seconds / 2, job.seconds, 2 * job.seconds)
                    hook = f"job {claimed.name}"
                    self._guard.wrap(owner, hook, work, answers=True, limit=limit)()
        except BaseException as error:
            if stopped_by_hand(error):
                raise
        finally:
            CURRENT.reset(token)
        if not ended:
            return Retryable(
                f"The plugin {owner} is paused.",
                code="plugin-paused",
                action=f"See `blogengine plugin errors {owner}`.",
            )
        return ended[0]

    def give_back(self) -> list[int]:
        """Let the jobs of processes that are gone wait again."""
        gone = self.runner.gone()
        running = select(JobRow.id).where(JobRow.state == RUNNING).limit(1)
        lost = []
        if db.reading().execute(running).first() is not None:
            with db.write() as session:
                lost = claims.give_back(session, self.runner, self._attempts)
        for file in gone:
            file.unlink(missing_ok=True)
        for number in lost:
            log.warning("The job %d runs again: its process ended in the middle of it.", number)
        return lost

    def ask_for_regular(self) -> list[int]:
        """Ask for the jobs that come again and again and are due."""
        return times.ask_for_regular(self.known())

    def close(self) -> None:
        """Let go of the queue, and be no runner any more."""
        self.messenger.close()
        self.runner.close()

    def retry(self, ids: Sequence[int] = ()) -> list[int]:
        """Let dead or failed jobs be tried again now, from their first try; all without ids.

        Raises NotFound for an id that isn't there.
        """
        found = self._chosen(ids)
        again = [job.id for job in found if job.state in (DEAD, CANCELLED, listing.FAILED)]
        if not ids:
            again = [job.id for job in found if job.state in (DEAD, listing.FAILED)]
        with db.write() as session:
            session.execute(
                update(JobRow)
                .where(JobRow.id.in_(again), JobRow.state.in_((WAITING, DEAD, CANCELLED)))
                .values(state=WAITING, attempts=0, not_before=None, ended_at=None)
            )
        for number in again:
            self.messenger.ring(number)
        return again

    def cancel(self, ids: Sequence[int]) -> list[int]:
        """Give up jobs that wait or are dead; return which. Raises NotFound."""
        found = self._chosen(ids)
        states = (WAITING, listing.FAILED, DEAD)
        given_up = [job.id for job in found if job.state in states]
        with db.write() as session:
            session.execute(
                update(JobRow)
                .where(JobRow.id.in_(given_up), JobRow.state.in_((WAITING, DEAD)))
                .values(state=CANCELLED, ended_at=utcnow())
            )
        return given_up

    def prune(self, done_before: datetime, dead_before: datetime) -> int:
        """Delete what ended before these moments; return how many."""
        with db.write() as session:
            gone = session.execute(
                delete(JobRow).where(
                    ((JobRow.state.in_((DONE, CANCELLED))) & (JobRow.ended_at < done_before))
                    | ((JobRow.state == DEAD) & (JobRow.ended_at < dead_before))
                )
            )
        return int(gone.rowcount)  # type: ignore[attr-defined]

    def _chosen(self, ids: Sequence[int]) -> list[JobRecord]:
        require("jobs.manage")
        if not ids:
            return self.find(states=(DEAD, listing.FAILED), limit=asking.MOST_WAITING)
        found = listing.by_id(db.reading(), ids)
        for number in ids:
            if number not in {job.id for job in found}:
                raise no_job(number)
        return found

    def _paused(self, name: str) -> bool:
        owner = owner_of(name)
        return owner != CORE and self._guard.paused(owner)

    def _attempts(self, name: str) -> int:
        job = self.known().get(name)
        return job.max_attempts if job else len(claims.PAUSES) + 1


def told(error: BaseException) -> str:
    """Return an error as one line for the list of jobs."""
    if isinstance(error, BlogError):
        return str(error)
    try:
        said = " ".join(str(error).split())
    except Exception:  # its own words may fail as well
        said = ""
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def no_job(job_id: int) -> NotFound:
    """The error for an id that no job has."""
    return NotFound(
        f"There is no job {job_id}.",
        code="job-unknown",
        action="Look it up with `blogengine jobs list`.",
    )
