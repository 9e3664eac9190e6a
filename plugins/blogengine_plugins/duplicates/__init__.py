"""Tell writers which paragraphs already stand in another post."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from blogengine.api import (
    EditorPanel,
    Job,
    Plugin,
    Post,
    PostChange,
    PublishCheck,
    Session,
    Site,
    hookimpl,
)
from blogengine_plugins.duplicates import commands, indexing, repeats, showing

if TYPE_CHECKING:
    import click

plugin = Plugin(summary=__doc__, api=1)

DECISIVE = frozenset({"source", "html", "status"})


@hookimpl
def register_publish_checks() -> list[PublishCheck]:
    """Hints: a repeated paragraph may be meant so."""
    return [PublishCheck("repeats", "Paragraphs of other posts", showing.findings)]


@hookimpl
def register_editor_panels() -> list[EditorPanel]:
    """The same beside the text, with links; there is nothing to fill in."""
    return [EditorPanel("repeats", "Repeated paragraphs", showing.panel)]


@hookimpl
def search_pass_over(
    site: Site, passages: Mapping[int, Sequence[str]]
) -> Mapping[int, Collection[int]]:
    """Let `search` show a post by what it alone says."""
    return repeats.repeated(site, passages)


@hookimpl
def on_post_saving(change: PostChange, session: Session) -> None:
    """Note a post's paragraphs together with its save."""
    if change.fields & DECISIVE:
        indexing.store(session, change.after)


@hookimpl
def on_post_deleting(post: Post, session: Session) -> None:
    """Forget a post's paragraphs together with the post."""
    indexing.forget(session, [post.id])


@hookimpl
def register_jobs() -> list[Job]:
    """Catching up after the plugin was off."""
    return [Job("look", indexing.look, every=timedelta(minutes=5), seconds=3600)]


@hookimpl
def register_commands(site: Site, cli: click.Group) -> None:
    """`blogengine duplicates …`."""
    commands.add(site, cli)
