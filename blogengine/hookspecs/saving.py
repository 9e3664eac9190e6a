"""Hooks asked inside of a change to posts or their labels: what they refuse isn't done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from blogengine.hookspecs.markers import hookspec, rejectable

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from blogengine.site import Site
    from blogengine.values import Post, PostChange, PostDraft


@rejectable
@hookspec
def on_post_preparing(site: Site, draft: PostDraft, before: Post | None) -> PostDraft | None:
    """Change what a writer is about to save, such as its tags, or refuse it.

    When: for every save that somebody asked for, before the text is rendered; once more when
    somebody else saved the same post meanwhile. `before` is None for a new post.
    Transaction: none; the post may still change before it is saved.
    Returns: the changed draft, which the next plugin gets; None leaves it as it is.
    On error: `Reject` refuses the save, and the writer gets its sentence. Anything else, and a
    draft that can't be stored, is logged and counted; the save goes on without the change.
    Since: 0.1.
    """


@rejectable
@hookspec
def on_post_saving(site: Site, change: PostChange, session: Session) -> None:
    """Write rows of one's own together with a post, or refuse the save.

    When: in every save that changes something, after the post, its lists and counts are written.
    Everything read through `site` or `session` shows them as they will be.
    Transaction: the save's own, each plugin in a savepoint. Write only through `session`, and
    quickly: until it ends nobody else can write.
    Returns: nothing.
    On error: `Reject` undoes the whole save, and the writer gets its sentence; where the engine
    saves by itself (a scheduled post, `post render`) it counts as a failure. Anything else is
    logged and counted: what this plugin wrote is undone, the save goes on.
    Since: 0.1.
    """


@rejectable
@hookspec
def on_post_deleting(site: Site, post: Post, session: Session) -> None:
    """Delete rows of one's own together with a post, or refuse the deletion.

    When: when a post is deleted for good. `post` is its last state; it stands in no list any
    more, but its row and what hangs on it by a foreign key are still there.
    Transaction: the deletion's own, each plugin in a savepoint. Write only through `session`.
    Returns: nothing.
    On error: `Reject` undoes the whole deletion, and its sentence is shown. Anything else is
    logged and counted: what this plugin wrote is undone, the post is deleted.
    Since: 0.1.
    """


@rejectable
@hookspec
def on_labels_saving(site: Site, post_ids: Sequence[int], session: Session) -> None:
    """Write rows of one's own where the tags, terms or authors of posts read otherwise.

    When: in every act on tags that gives posts other ones or a tag another name, in its undoing,
    and when an author gets another name; never in the save of a post. `post_ids` are all posts
    that concerns, thousands perhaps: what takes longer than a moment is asked for as a job, with
    `session`. Everything read through `site` or `session` shows them as they will be.
    Transaction: the act's own, each plugin in a savepoint. Write only through `session`.
    Returns: nothing.
    On error: `Reject` undoes the whole act, and its sentence is shown. Anything else is logged and
    counted: what this plugin wrote is undone, the act goes on.
    Since: 0.1.
    """
