"""The journal of acts on tags: what each changed, kept until it can't be undone any more."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.orm import Session

from blogengine.actors import current_actor
from blogengine.clock import utcnow
from blogengine.db import db
from blogengine.errors import NotFound, UserError
from blogengine.queries.tagging import portions
from blogengine.tag_tables import TermActRow, TermStepRow
from blogengine.tagged import TagAct
from blogengine.taxonomies import Taxonomy
from blogengine.terms.change import POST, Change, Step

KEPT_ACTS = timedelta(days=30)
"""For how long an act can be undone."""


def keep(session: Session, change: Change) -> int:
    """Write an act with its steps down, once it is carried out; return its number."""
    act = TermActRow(
        at=utcnow(),
        by=current_actor().name[:200],
        act=change.act,
        taxonomy=change.taxonomy.name,
        summary=change.summary,
        posts=len(change.posts()),
        terms=json.dumps(sorted(change.touched_terms())),
        targets=json.dumps(list(change.targets)),
    )
    session.add(act)
    session.flush()
    rows = [
        {
            "act_id": act.id,
            "kind": kind,
            "key": key,
            "before": _written(step.before),
            "after": _written(step.after),
        }
        for (kind, key), step in change.steps.items()
    ]
    for some in portions(rows):
        session.execute(insert(TermStepRow), some)
    return act.id


def recall(session: Session, number: int, taxonomy: Taxonomy) -> tuple[TermActRow, Change]:
    """Return an act on terms of a taxonomy with what it changed; raises NotFound."""
    act = session.get(TermActRow, number)
    if act is None or act.taxonomy != taxonomy.name:
        raise NotFound(
            f"There is no act {number} on tags, or it is too old to be undone.",
            code="tag-act-unknown",
            action="See `blogengine tag acts`.",
        )
    targets = tuple(json.loads(act.targets))
    change = Change(act.act, act.summary, targets=targets, taxonomy=taxonomy)
    for row in session.scalars(select(TermStepRow).where(TermStepRow.act_id == number)):
        place = (row.kind, row.key)
        change.steps[place] = Step(_read(row.kind, row.before), _read(row.kind, row.after))
    return act, change


def later_acts(session: Session, act: TermActRow) -> list[TermActRow]:
    """Return acts that came after this one, still stand and touch a tag it touched."""
    mine = set(json.loads(act.terms))
    query = select(TermActRow).where(TermActRow.id > act.id, TermActRow.undone_at.is_(None))
    return [
        other
        for other in session.scalars(query.order_by(TermActRow.id.desc()))
        if mine & set(json.loads(other.terms))
    ]


def require_undoable(session: Session, act: TermActRow) -> None:
    """Raise UserError for an act that is over, or covered by a later one."""
    later = later_acts(session, act)
    if act.undone_at is not None or act.at <= utcnow() - KEPT_ACTS:
        why = "was undone already" if act.undone_at else "is more than 30 days old"
        raise UserError(
            f"The act {act.id} on tags {why}.",
            code="tag-act-over",
            action="See `blogengine tag acts` for what can be undone.",
            status=409,
        )
    if later:
        raise UserError(
            f"Something else was done to the same tags since: “{later[0].summary}”.",
            code="tag-act-covered",
            action=f"Undo that first: act {later[0].id}.",
            status=409,
        )


def list_acts(connection: Connection, limit: int, taxonomy: str) -> tuple[TagAct, ...]:
    """Return the acts that are kept, the newest first."""
    query = select(TermActRow.__table__).where(TermActRow.taxonomy == taxonomy)
    query = query.order_by(TermActRow.id.desc()).limit(limit)
    oldest = utcnow() - KEPT_ACTS
    return tuple(
        TagAct(
            row.id,
            row.at,
            row.by,
            row.act,
            row.summary,
            row.posts,
            row.undone_at,
            row.undone_at is None and row.at > oldest,
        )
        for row in connection.execute(query)
    )


def forget(session: Session, terms: set[int]) -> None:
    """Forget the acts that touched these terms and no others; there is nothing to go back to."""
    known = session.execute(select(TermActRow.id, TermActRow.terms))
    for some in portions(row.id for row in known if set(json.loads(row.terms)) <= terms):
        session.execute(delete(TermStepRow).where(TermStepRow.act_id.in_(some)))
        session.execute(delete(TermActRow).where(TermActRow.id.in_(some)))


def prune(before: datetime) -> int:
    """Forget acts that were done before a moment; return how many."""
    with db.write() as session:
        old = select(TermActRow.id).where(TermActRow.at < before)
        session.execute(delete(TermStepRow).where(TermStepRow.act_id.in_(old)))
        gone = session.execute(delete(TermActRow).where(TermActRow.at < before))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=datetime.isoformat)


def _read(kind: str, text: str) -> Any:
    value = json.loads(text)
    if kind == POST:
        return tuple(value)
    if value is not None and "since" in value:
        value["since"] = datetime.fromisoformat(value["since"])
    return value
