"""Hooks told of a change, after its commit. Each implementation is guarded on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogengine.hookspecs.markers import hookspec

if TYPE_CHECKING:
    from blogengine.pictures import MediaChange
    from blogengine.site import Site
    from blogengine.tagged import TagsChange
    from blogengine.values import Post, PostChange


@hookspec
def on_post_saved(site: Site, change: PostChange) -> None:
    """Learn that a post was saved, in whatever state.

    When: after every save that changed something; `change.fields` names what.
    Transaction: after the commit; an own write is a new one.
    Returns: nothing.
    On error: logged and counted; the save stands.
    Since: 0.1.
    """


@hookspec
def on_post_published(site: Site, post: Post) -> None:
    """Learn that a post became public, now or because its time had come.

    When: once each time it turns public, after `on_post_saved`.
    Transaction: after the commit.
    Returns: nothing.
    On error: logged and counted; the post stays public.
    Since: 0.1.
    """


@hookspec
def on_post_unpublished(site: Site, post: Post) -> None:
    """Learn that a public post is no longer public.

    When: once each time, also before `on_post_deleted` of a public post.
    Transaction: after the commit; `post` may no longer exist.
    Returns: nothing.
    On error: logged and counted.
    Since: 0.1.
    """


@hookspec
def on_post_deleted(site: Site, post: Post) -> None:
    """Learn that a post was deleted for good; `post` is its last state.

    When: once, after the deletion. Rows with a foreign key to the post are gone already.
    Transaction: after the commit.
    Returns: nothing.
    On error: logged and counted.
    Since: 0.1.
    """


@hookspec
def on_tags_changed(site: Site, change: TagsChange) -> None:
    """Learn that tags were renamed, merged, split, described or deleted, or that it was undone.

    When: once for each act, whatever the number of posts; saving a post isn't one.
    Transaction: after the commit; an own write is a new one.
    Returns: nothing. `change.post_ids` are the posts whose tags are others now.
    On error: logged and counted; the act stands.
    Since: 0.1.
    """


@hookspec
def on_media_changed(site: Site, change: MediaChange) -> None:
    """Learn that a file of the library was uploaded, described, replaced, trashed or deleted.

    When: once after every act on a file; `change.act` names it.
    Transaction: after the commit; an own write is a new one.
    Returns: nothing.
    On error: logged and counted; the act stands.
    Since: 0.1.
    """
