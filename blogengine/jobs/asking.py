"""Asking for a job: a row in the transaction of the edit that wants it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from blogengine.clock import utcnow
from blogengine.errors import Retryable
from blogengine.outbox import KEY_LENGTH, WAITING, JobRow
from blogengine.ownership import writing_as

LARGEST_PAYLOAD = 64 * 1024
"""Characters of JSON: what is larger belongs into a table, and its id into the payload."""

MOST_WAITING = 10_000
"""Requests of one owner that may wait at once; more would only hide that something is wrong."""


def enqueue(
    session: Session,
    name: str,
    payload: Mapping[str, Any],
    *,
    not_before: datetime | None = None,
    key: str = "",
) -> int:
    """Write the request and return its id; it is there when the caller's transaction commits.

    While a request of the same name and `key` waits, nothing is added: that one's id is returned,
    and it keeps its payload and time. Raises TypeError for a payload that isn't JSON, ValueError
    for one that is too large, Retryable when too many of the owner's wait already.
    """
    text = _as_json(name, payload)
    if len(key) > KEY_LENGTH:
        raise ValueError(f"The key of a job has {len(key)} characters; {KEY_LENGTH} are allowed.")
    session.flush()  # what the caller has added is written as the caller's
    with writing_as(""):
        same = _same(session, name, key) if key else None
        if same is not None:
            return same
        _refuse_flood(session, name)
        values = {
            "name": name,
            "key": key,
            "payload": text,
            "state": WAITING,
            "attempts": 0,
            "created_at": utcnow(),
            "not_before": not_before,
            "claim": "",
            "error": "",
        }
        made = session.execute(insert(JobRow).values(values).returning(JobRow.id))
        return int(made.scalar_one())


def owner_of(name: str) -> str:
    """Return the plugin whose job this is; "core" for the engine's own."""
    return name.partition(".")[0]


def _as_json(name: str, payload: Mapping[str, Any]) -> str:
    try:
        text = json.dumps(dict(payload), ensure_ascii=False)
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"The payload of the job {name} can't be written as JSON: {error}."
        ) from None
    if len(text) > LARGEST_PAYLOAD:
        raise ValueError(
            f"The payload of the job {name} has {len(text)} characters; {LARGEST_PAYLOAD} are "
            "allowed. Store it in a table and hand over its id."
        )
    return text


def _same(session: Session, name: str, key: str) -> int | None:
    query = select(JobRow.id).where(JobRow.name == name, JobRow.key == key, JobRow.state == WAITING)
    return session.scalar(query.order_by(JobRow.id).limit(1))


def _refuse_flood(session: Session, name: str) -> None:
    owner = owner_of(name)
    waiting = session.scalar(
        select(func.count())
        .select_from(JobRow)
        .where(JobRow.state == WAITING, JobRow.name.startswith(f"{owner}.", autoescape=True))
    )
    if (waiting or 0) >= MOST_WAITING:
        raise Retryable(
            f"{MOST_WAITING} jobs of {owner} wait already; no more are taken.",
            code="jobs-full",
            action="See `blogengine jobs list`: is a jobs process running, and what fails?",
        )
