"""What a save needs: may who acts change this post, in this way?"""

from __future__ import annotations

from dataclasses import replace

from blogengine.actors import PERSON, all_or_own, current_actor, require
from blogengine.db import db
from blogengine.errors import Denied
from blogengine.permissions import ANY
from blogengine.queries.authors import author_slug
from blogengine.values import Post, PostDraft

LIVE = frozenset({"published", "scheduled"})
"""States in which a post is public, or will be without anybody doing more."""


def permitted(before: Post | None, draft: PostDraft) -> PostDraft:
    """Return the draft as it may be saved by who acts; raises Denied.

    Whoever may change only what is their own stays among the authors: a new post without any is
    theirs. To change a post that is public needs as much as making it so.
    """
    draft = _signed(before, draft)
    require("posts.create" if before is None else "posts.edit", before)
    was = before.status if before is not None else "draft"
    if {was, draft.status} & LIVE:
        require("posts.publish", before)
    if draft.status != was and "trashed" in (was, draft.status):
        require("posts.delete", before)
    return draft


def _signed(before: Post | None, draft: PostDraft) -> PostDraft:
    actor = current_actor()
    if actor.kind != PERSON or actor.id is None:
        return draft
    me = author_slug(db.reading(), actor.id)
    if before is None and not draft.authors:
        return replace(draft, authors=(me,))
    if me not in draft.authors and all_or_own("posts.edit", actor) != ANY:
        if before is not None and all(author.id != actor.id for author in before.authors):
            return draft  # it isn't theirs, which is told by who asks next
        raise Denied(
            "You may only write posts that name you among their authors.",
            code="author-not-you",
            action="Add yourself to the authors. Nothing was changed.",
            field="authors",
        )
    return draft
