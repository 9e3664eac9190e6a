"""`site.autosaves`: what people have typed into an editor and not saved yet, apart from the posts.

It stands in the runtime database, so that it never waits for a writer of the site and rings no
reader's doorbell. Throwing one away can be undone until it is pruned.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from blogengine.actors import current_actor, require
from blogengine.clock import utcnow
from blogengine.db import db
from blogengine.errors import NotFound, UserError
from blogengine.runtime import AutosaveRow
from blogengine.values import Post

KEPT = timedelta(days=30)
"""How long what wasn't saved is kept after its last change."""

MOST_FORMS = 20
"""Open forms of one person and post; the oldest is forgotten for the next."""

LARGEST = 1024 * 1024
"""Characters of all fields together."""

LONGEST_FORM = 40


@dataclass(frozen=True, slots=True)
class Autosave:
    """What somebody typed and hasn't saved: the fields of one form of a post.

    `post_id` is None for a post that isn't there yet; `version` is that of the post when the form
    was opened.
    """

    id: int
    post_id: int | None
    form: str
    version: int
    fields: Mapping[str, str]
    at: datetime
    discarded: bool = False


@dataclass(frozen=True, slots=True)
class Autosaves:
    """Unsaved texts of who acts; nobody sees those of others."""

    def keep(
        self,
        fields: Mapping[str, str],
        *,
        post: Post | None = None,
        form: str = "",
        version: int = 0,
    ) -> Autosave:
        """Keep what a form holds now, in the place of what it held before.

        `post` is None for one that isn't there yet; `form` tells several forms of one post apart.
        Raises Denied, and UserError for more than a form may hold.
        """
        require("posts.create" if post is None else "posts.edit", post)
        text = json.dumps(dict(fields), ensure_ascii=True)  # halves of surrogates are kept as well
        if len(form) > LONGEST_FORM or len(text) > 6 * LARGEST or _length(fields) > LARGEST:
            raise UserError(
                f"A form may hold {LARGEST} letters.",
                code="autosave-too-large",
                action="Save the post with a shorter text.",
                status=413,
            )
        owner, post_id = _me(), post.id if post else 0
        values = {"fields": text, "version": version, "at": utcnow(), "discarded_at": None}
        here = _of(owner, post_id)
        with db.runtime_write() as session:
            found = select(AutosaveRow.id).where(*here, AutosaveRow.form == form)
            number = session.scalar(found)
            if number is None:
                key = {"user_id": owner, "post_id": post_id, "form": form}
                made = insert(AutosaveRow).values({**key, **values}).returning(AutosaveRow.id)
                number = session.scalar(made)
                _forget_oldest(session, owner, post_id)
            else:
                session.execute(update(AutosaveRow).where(AutosaveRow.id == number).values(values))
        return self.get(int(number or 0))

    def of(self, post_id: int | None) -> tuple[Autosave, ...]:
        """Return those of a post, or of posts that aren't there yet, the newest first."""
        query = select(AutosaveRow.__table__).where(*_of(_me(), post_id or 0))
        query = query.where(AutosaveRow.discarded_at.is_(None))
        with db.runtime_reading() as connection:
            rows = connection.execute(query.order_by(AutosaveRow.at.desc())).fetchall()
        return tuple(_value(row) for row in rows)

    def get(self, number: int) -> Autosave:
        """Return one, thrown away or not; raises NotFound."""
        query = select(AutosaveRow.__table__).where(
            AutosaveRow.id == number, AutosaveRow.user_id == _me()
        )
        with db.runtime_reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise NotFound(
                "This unsaved text isn't there any more.",
                code="autosave-unknown",
                action="It was saved, or is older than 30 days. Look at the post's revisions.",
            )
        return _value(row)

    def discard(self, number: int, *, undo: bool = False) -> Autosave:
        """Throw one away, or bring it back."""
        found = self.get(number)
        moment = None if undo else utcnow()
        with db.runtime_write() as session:
            session.execute(
                update(AutosaveRow).where(AutosaveRow.id == number).values(discarded_at=moment)
            )
        return found

    def saved(self, post_id: int | None, form: str) -> None:
        """Forget what a form held: it was saved."""
        here = (*_of(_me(), post_id or 0), AutosaveRow.form == form)
        with db.runtime_reading() as connection:
            if connection.execute(select(AutosaveRow.id).where(*here)).first() is None:
                return
        with db.runtime_write() as session:
            session.execute(delete(AutosaveRow).where(*here))

    def prune(self) -> None:
        """Delete what nobody has touched for long."""
        with db.runtime_write() as session:
            session.execute(delete(AutosaveRow).where(AutosaveRow.at < utcnow() - KEPT))


def _me() -> int:
    """Return the person's number; 0 is the operator at the command line."""
    return current_actor().id or 0


def _of(owner: int, post_id: int) -> Sequence[Any]:
    return (AutosaveRow.user_id == owner, AutosaveRow.post_id == post_id)


def _length(fields: Mapping[str, str]) -> int:
    return sum(len(name) + len(text) for name, text in fields.items())


def _forget_oldest(session: Session, owner: int, post_id: int) -> None:
    query = select(AutosaveRow.id).where(*_of(owner, post_id)).order_by(AutosaveRow.at.desc())
    old = list(session.scalars(query.offset(MOST_FORMS)))
    if old:
        session.execute(delete(AutosaveRow).where(AutosaveRow.id.in_(old)))


def _value(row: Any) -> Autosave:
    at: datetime = row.at
    return Autosave(
        row.id,
        row.post_id or None,
        row.form,
        row.version,
        json.loads(row.fields),
        at,
        row.discarded_at is not None,
    )
