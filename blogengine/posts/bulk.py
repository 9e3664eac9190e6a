"""`site.bulk`: one act on many posts, done as a job for the person who asked, and taken back.

Each post is one save of its own, with its permission, its line in the audit trail and its place in
the change log. What it was before is written down first, so that a process that is killed in
between goes on where it was, and undoing changes nothing that somebody wrote afterwards.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from blogengine import audit
from blogengine.accounts import CredentialRow
from blogengine.actors import PERSON, Actor, acting, current_actor, require
from blogengine.clock import utcnow
from blogengine.db import db
from blogengine.errors import BlogError, Denied, NotFound, UserError
from blogengine.jobs import Jobs
from blogengine.models import UserRow
from blogengine.names import check_name
from blogengine.posts.bulk_acts import changed, remembered, restored, state_of
from blogengine.posts.service import Posts
from blogengine.values import Post, PostDraft
from blogengine.writing import BulkItemRow, BulkRunRow

JOB = "core.bulk"
AT_A_TIME = 20.0
"""Seconds after which an act lets other jobs come first."""

AT_ONCE = 20
"""Posts up to which nobody has to wait for the jobs process."""

ACTS: Mapping[str, str] = {
    "publish": "posts.publish",
    "draft": "posts.publish",
    "trash": "posts.delete",
    "restore": "posts.delete",
    "tag": "posts.edit",
    "untag": "posts.edit",
    "author": "people.read",
}
"""The acts, and what somebody needs at least; each post asks for itself again."""

WITH_VALUE = ("tag", "untag", "author")
WAITING, RUNNING, DONE, UNDOING, UNDONE = "waiting", "running", "done", "undoing", "undone"
UNCHANGED, REFUSED, KEPT = "unchanged", "refused", "kept"

Look = Callable[[Post], str]
"""Returns why a post must not be published yet, or nothing."""


@dataclass(frozen=True, slots=True)
class BulkRun:
    """One act on many posts and how far it is. `counts` go by what became of the posts."""

    id: int
    act: str
    value: str
    by: str
    state: str
    total: int
    at: datetime
    ended_at: datetime | None
    counts: Mapping[str, int]

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state in (DONE, UNDONE)

    @property
    def settled(self) -> int:
        """How many posts have been looked at."""
        waiting = WAITING if self.state in (WAITING, RUNNING, DONE) else DONE
        return self.total - self.counts.get(waiting, 0)


@dataclass(frozen=True, slots=True)
class BulkItem:
    """A post of an act that wasn't done as asked, and why."""

    post_id: int
    state: str
    message: str


@dataclass(frozen=True, slots=True)
class Bulk:
    """Acts on many posts. Every method needs an application context."""

    posts: Posts
    jobs: Jobs

    def ask(self, act: str, ids: Sequence[int], value: str = "") -> BulkRun:
        """Ask for an act on these posts; few are done at once, many by a job.

        Raises Denied, and UserError for an act that isn't known, no posts, or a missing value.
        """
        if act not in ACTS:
            raise _unfit("act", f"The act {act!r} isn't known.", f"Use one of: {', '.join(ACTS)}.")
        require(ACTS[act])
        if not ids:
            raise _unfit("posts", "No post is chosen.", "Choose some.")
        value = check_name(value, field="value", what="value") if act in WITH_VALUE else ""
        if act == "author" and not self._is_author(value):
            raise _unfit("value", f"There is no author {value!r}.", "Choose one of the list.")
        actor = current_actor()
        with db.write() as session:
            row = BulkRunRow(
                act=act,
                value=value,
                actor_id=actor.id if actor.kind == PERSON else None,
                actor_name=actor.name,
                state=WAITING,
                total=len(set(ids)),
                at=utcnow(),
            )
            session.add(row)
            session.flush()
            items = [
                {"run_id": row.id, "post_id": n, "state": WAITING, "before": "", "message": ""}
                for n in sorted(set(ids))
            ]
            session.execute(insert(BulkItemRow), items)
            number, total = row.id, row.total
            _note(session, "posts.bulk_asked", row)
            job = self.jobs.enqueue(session, JOB, {"run": number}, key=f"bulk:{number}")
        if total <= AT_ONCE:
            self.jobs.carry_out(job)
        return self.get(number)

    def undo(self, run_id: int) -> BulkRun:
        """Take an act back, but for what somebody changed since then. Raises Denied, NotFound."""
        run = self.get(run_id)
        if run.state != DONE:
            raise UserError(
                "This act isn't done yet, or is taken back already.",
                code="bulk-not-done",
                action="Look at its page again in a moment.",
                status=409,
            )
        require(ACTS[run.act])
        with db.write() as session:
            row = session.get(BulkRunRow, run_id)
            assert row is not None, "It was read a moment ago."
            row.state, row.ended_at = UNDOING, None
            _note(session, "posts.bulk_undone", row)
            job = self.jobs.enqueue(session, JOB, {"run": run_id}, key=f"bulk:{run_id}")
        if run.total <= AT_ONCE:
            self.jobs.carry_out(job)
        return self.get(run_id)

    def get(self, run_id: int) -> BulkRun:
        """Return an act; raises NotFound, also for one that isn't one's own to see."""
        row = _read(select(BulkRunRow.__table__).where(BulkRunRow.id == run_id))
        actor = current_actor()
        strange = actor.kind == PERSON and row is not None and row.actor_id != actor.id
        if row is None or (strange and actor.role not in ("owner", "admin", "editor")):
            raise NotFound(
                f"There is no act {run_id} on many posts.",
                code="bulk-unknown",
                action="Look at the list of posts.",
            )
        counting = select(BulkItemRow.state, func.count()).where(BulkItemRow.run_id == run_id)
        counted = db.reading().execute(counting.group_by(BulkItemRow.state))
        counts = {state: int(number) for state, number in counted}
        times = (row.at, row.ended_at)
        told = (row.act, row.value, row.actor_name, row.state, row.total)
        return BulkRun(row.id, *told, *times, counts)

    def problems(self, run_id: int, limit: int = 100) -> tuple[BulkItem, ...]:
        """Return posts that weren't done, or weren't undone, with the reason."""
        self.get(run_id)
        query = select(BulkItemRow.post_id, BulkItemRow.state, BulkItemRow.message).where(
            BulkItemRow.run_id == run_id, BulkItemRow.state.in_((REFUSED, KEPT))
        )
        rows = db.reading().execute(query.order_by(BulkItemRow.post_id).limit(limit))
        return tuple(BulkItem(*row) for row in rows)

    def carry_on(self, run_id: int, look: Look) -> None:
        """Do what is left of an act, for a while; what isn't finished then is asked for again."""
        row = _read(select(BulkRunRow.__table__).where(BulkRunRow.id == run_id))
        if row is None or row.state in (DONE, UNDONE):
            return
        undoing = row.state == UNDOING
        end = time.monotonic() + AT_A_TIME
        try:
            actor = self._actor(row)
        except Denied as error:
            self._give_up(run_id, undoing=undoing, why=str(error))
            return
        with acting(actor):
            for number in _left(run_id, undoing=undoing):
                if undoing:
                    self._undo_one(row, number)
                else:
                    self._do_one(row, number, look)
                if time.monotonic() > end:
                    break
        with db.write() as session:
            left = bool(_left(run_id, undoing=undoing, door=session))
            state = (UNDOING if undoing else RUNNING) if left else (UNDONE if undoing else DONE)
            ended = None if left else utcnow()
            session.execute(
                update(BulkRunRow)
                .where(BulkRunRow.id == run_id)
                .values(state=state, ended_at=ended)
            )
            if left:
                self.jobs.enqueue(session, JOB, {"run": run_id}, key=f"bulk:{run_id}")
            self.jobs.finish(session)

    def _give_up(self, run_id: int, *, undoing: bool, why: str) -> None:
        """End an act whose person has left."""
        before, after = (DONE, KEPT) if undoing else (WAITING, REFUSED)
        with db.write() as session:
            here = (BulkItemRow.run_id == run_id, BulkItemRow.state == before)
            session.execute(update(BulkItemRow).where(*here).values(state=after, message=why))
            values = {"state": UNDONE if undoing else DONE, "ended_at": utcnow()}
            session.execute(update(BulkRunRow).where(BulkRunRow.id == run_id).values(values))
            self.jobs.finish(session)

    def _do_one(self, run: Any, number: int, look: Look) -> None:
        known = _item(run.id, number)
        try:
            draft = self.posts.draft(number)
            wanted = changed(draft, run.act, run.value)
            if wanted is None and not known:
                _settle(run.id, number, UNCHANGED)
                return
            if wanted is not None:
                if run.act == "publish" and (reason := look(self.posts.get(number))):
                    _settle(run.id, number, REFUSED, message=reason)
                    return
                known = known or {"before": remembered(draft, run.act)}
                _settle(run.id, number, WAITING, told=known)
                self._act(run.act, number, wanted)
            # Done, by this process or by one that was killed right after it.
            known["after"] = state_of(self.posts.draft(number), run.act)
            _settle(run.id, number, DONE, told=known)
        except BlogError as error:
            _settle(run.id, number, REFUSED, message=str(error))

    def _act(self, act: str, number: int, wanted: PostDraft) -> Post:
        if act == "publish":
            return self.posts.publish(number)
        if act == "trash":
            return self.posts.trash(number)
        if act == "restore":
            return self.posts.restore(number)
        note = {"draft": "Unpublished", "author": "Given to another author"}.get(act, "Tagged")
        changes: dict[str, Any] = {
            "status": wanted.status,
            "terms": wanted.terms,
            "authors": wanted.authors,
        }
        return self.posts.edit(number, note=f"{note} with others", **changes)

    def _undo_one(self, run: Any, number: int) -> None:
        told = _item(run.id, number)
        try:
            if state_of(self.posts.draft(number), run.act) != told["after"]:
                kept = "It was changed since then and stays as it is."
                _settle(run.id, number, KEPT, message=kept)
                return
            self.posts.edit(number, note="Taken back with others", **restored(told["before"]))
            _settle(run.id, number, UNDONE)
        except BlogError as error:
            _settle(run.id, number, KEPT, message=str(error))

    def _actor(self, row: Any) -> Actor:
        """Return who asked, with what they are today; raises Denied for somebody who left."""
        if row.actor_id is None:
            return current_actor()
        query = select(UserRow.name, UserRow.role, CredentialRow.state)
        query = query.join(CredentialRow, CredentialRow.user_id == UserRow.id)
        person = _read(query.where(UserRow.id == row.actor_id))
        if person is None or person.state != "active":
            raise Denied(
                "Whoever asked for this has no access any more.",
                code="not-allowed",
                action="Ask somebody else to do it.",
            )
        return Actor(PERSON, row.actor_id, person.name, person.role)

    def _is_author(self, slug: str) -> bool:
        return _read(select(UserRow.id).where(UserRow.slug == slug)) is not None


def _item(run_id: int, post_id: int) -> dict[str, Any]:
    """Return what is known of a post of an act; nothing before it was begun."""
    query = select(BulkItemRow.before).where(
        BulkItemRow.run_id == run_id, BulkItemRow.post_id == post_id
    )
    text = db.reading().execute(query).scalar()
    found: dict[str, Any] = json.loads(text) if text else {}
    return found


def _settle(
    run_id: int,
    post_id: int,
    state: str,
    *,
    told: Mapping[str, Any] | None = None,
    message: str = "",
) -> None:
    """Write down what became of a post, and what is needed to take it back."""
    values: dict[str, Any] = {"state": state}
    if told is not None:
        values["before"] = json.dumps(told)
    if message:
        values["message"] = message
    here = (BulkItemRow.run_id == run_id, BulkItemRow.post_id == post_id)
    with db.write() as session:
        session.execute(update(BulkItemRow).where(*here).values(values))


def _left(run_id: int, *, undoing: bool, door: Session | None = None) -> list[int]:
    state = DONE if undoing else WAITING
    query = select(BulkItemRow.post_id).where(
        BulkItemRow.run_id == run_id, BulkItemRow.state == state
    )
    query = query.order_by(BulkItemRow.post_id)
    where = door if door is not None else db.reading()
    return list(where.execute(query).scalars())


def _read(query: Any) -> Any:
    return db.reading().execute(query).first()


def _note(session: Session, act: str, row: BulkRunRow) -> None:
    told = {"act": row.act, "value": row.value, "posts": row.total}
    audit.record(session, act, subject=f"bulk:{row.id}", title=row.act, after=told)


def _unfit(field: str, message: str, action: str) -> UserError:
    return UserError(message, code="bulk-invalid", action=action, field=field, status=422)
