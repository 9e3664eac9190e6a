"""`site.lines`: the posts of any state that who acts may work on, as a list shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from blogengine.actors import PERSON, all_or_own, current_actor, require
from blogengine.db import db
from blogengine.permissions import ANY
from blogengine.posts.service import Posts
from blogengine.queries.lines import PostLine, ids_of, post_lines
from blogengine.queries.slices import Slice


@dataclass(frozen=True, slots=True)
class Lines:
    """The writer's list. `chosen` holds what an address asks for.

    It may say `state` (a status, private, password or pinned), `kind`, `author` and `tag` (slugs),
    `q` for words of the title, `sort` (changed, title, made; with a minus the other way round).
    """

    posts: Posts

    def show(self, chosen: Mapping[str, str]) -> tuple[Slice, tuple[PostLine, ...]]:
        """Return one slice of the list and its posts; authors see their own. Raises Denied."""
        require("posts.edit")
        return post_lines(db.reading(), self.posts.mapper(), chosen, _owner())

    def ids(self, chosen: Mapping[str, str]) -> Sequence[int]:
        """Return all posts that `chosen` asks for, 20,000 at most. Raises Denied."""
        require("posts.edit")
        return ids_of(db.reading(), chosen, _owner())


def _owner() -> int | None:
    """Return the person whose posts alone are meant; None where all are."""
    actor = current_actor()
    everybody = actor.kind != PERSON or all_or_own("posts.edit", actor) == ANY
    return None if everybody else actor.id
