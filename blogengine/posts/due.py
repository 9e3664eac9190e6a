"""Scheduled posts whose time has come, each published once and told of, whoever is killed.

Telling is a job, asked for in the transaction that publishes: a process that dies between the two
leaves the job to the next. So plugins are told at least once; one that may not do its work twice
notes in its own tables that it has done it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from blogengine.actors import THE_ENGINE
from blogengine.db import db
from blogengine.errors import BlogError, UserError
from blogengine.jobs import enqueue
from blogengine.posts.listing import sync_state
from blogengine.posts.saving import CHANGED_MEANWHILE
from blogengine.queries import drafts
from blogengine.queries.pins import next_due_and_pins, stored_state
from blogengine.values import Post

if TYPE_CHECKING:
    from blogengine.posts.service import Posts

DUE_AT_ONCE = 100
ENGINE = THE_ENGINE.name
"""Who a save is by that no person asked for."""

TELL = "core.published"
"""The job that tells plugins of a scheduled post."""

log = logging.getLogger(__name__)


def publish_due(posts: Posts, save: Callable[..., Post], moment: datetime) -> tuple[Post, ...]:
    """Publish what is due at a moment; return what this call published."""
    published = []
    for number in drafts.due_ids(db.reading(), moment, DUE_AT_ONCE):
        version, draft = posts.get(number).version, posts.draft(number)
        if draft.status != "scheduled":
            continue
        asked: list[int] = []

        def ask_to_tell(
            session: Session, post_id: int, fields: frozenset[str], asked: list[int] = asked
        ) -> None:
            payload = {"post": post_id, "fields": sorted(fields)}
            asked.append(enqueue(session, TELL, payload, key=f"post:{post_id}"))

        try:
            post = save(
                number,
                replace(draft, status="published"),
                by=ENGINE,
                note="Published at its time",
                expected_version=version,
                instead=ask_to_tell,
            )
        except UserError as error:
            if error.code == CHANGED_MEANWHILE:
                continue  # its writer, or another publisher, is at it
            # One post that can't be saved must not keep the others from their time.
            log.error("Post %d is due but can't be published: %s", number, error)
            continue
        published.append(post)
        for job in asked:
            _tell_now(posts, number, job)
    _turn_pins(moment)
    return tuple(published)


def _turn_pins(moment: datetime) -> None:
    """Let the home page know of pins that begin or end, once."""
    connection = db.reading()
    if stored_state(connection) != next_due_and_pins(connection, moment):
        with db.write() as session:
            sync_state(session)


def _tell_now(posts: Posts, number: int, job: int) -> None:
    try:
        posts.carry_out(job)
    except BlogError as error:
        log.warning("Plugins are told of post %d a little later: %s", number, error)
