"""Which posts read otherwise by an act on tags."""

from __future__ import annotations

from sqlalchemy import Connection

from blogengine.queries import tagging
from blogengine.terms.change import TERM, Change

READ = ("name", "internal")
"""Columns of a term that stand on its posts."""


def relabelled(connection: Connection, change: Change) -> tuple[int, ...]:
    """Return the posts that carry other tags now, or a tag that is called otherwise."""
    renamed = [
        int(key)
        for key, step in change.of(TERM)
        if step.before and step.after and any(step.before[one] != step.after[one] for one in READ)
    ]
    posts = set(change.posts())
    for some in tagging.portions(renamed):
        posts |= {*tagging.labels_of_posts(connection, some)}
    return tuple(sorted(posts))
