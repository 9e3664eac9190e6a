"""Read next: posts about the same things, below each post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogengine.api import (
    EditorPanel,
    HealthCheck,
    Job,
    Markup,
    Plugin,
    Post,
    PostChange,
    Session,
    Site,
    SiteSettings,
    TagsChange,
    Widget,
    WidgetContext,
    hookimpl,
    translator,
)
from blogengine_plugins.related import choosing, commands, lists, refreshing
from blogengine_plugins.related.health import index_is_whole
from blogengine_plugins.related.settings import RelatedSettings

if TYPE_CHECKING:
    import click

_ = translator(__name__)

plugin = Plugin(summary=__doc__, api=1, settings=RelatedSettings)

DECISIVE = frozenset({"title", "source", "html", "terms", "kind"})
"""Fields of a post that say what it is about; whether it is public has hooks of its own."""


def language_of(post: Post, own: str) -> str:
    """Return the main language of a post: readers of German aren't sent to French."""
    return (post.language or own).partition("-")[0].lower()


def show(ctx: WidgetContext) -> Markup | None:
    """Return the stored neighbours of the page's post; no more is computed here than read."""
    post = ctx.page.post
    if post is None:
        return None
    limit = ctx.site.settings(RelatedSettings).limit
    ids = lists.neighbours(ctx.site.db.reading(), post.id)
    own = ctx.site.settings(SiteSettings).language
    posts = [
        other
        for other in ctx.site.posts.by_ids(ids)
        if language_of(other, own) == language_of(post, own)
    ][:limit]
    ctx.depends_on(f"related:{post.id}", "settings:related", *(f"post:{n}" for n in ids))
    return ctx.render("related/list.html", posts=posts) if posts else None


@hookimpl
def register_widgets() -> list[Widget]:
    """Stand right below the post, above the comments."""
    return [
        Widget(
            "related",
            _.lazy_gettext("Read next"),
            show,
            region="after_post",
            pages={"post"},
            order=50,
        )
    ]


@hookimpl
def register_health_checks() -> list[HealthCheck]:
    """Say when posts aren't in the index, as after the plugin was off for a while."""
    return [HealthCheck("related_index", "The index of related posts is whole", index_is_whole)]


@hookimpl
def register_commands(site: Site, cli: click.Group) -> None:
    """Add `blogengine related rebuild`."""
    commands.add(site, cli)


@hookimpl
def on_post_saved(site: Site, change: PostChange) -> None:
    """Follow a public post whose text, title or tags are others now."""
    stayed = change.after.public and change.before is not None and change.before.public
    if stayed and change.fields & DECISIVE:
        refreshing.follow(site, change.after.id)


@hookimpl
def register_jobs() -> list[Job]:
    """Follow many posts at once, whose tags somebody put in order."""
    return [Job("follow", refreshing.follow_many)]


@hookimpl
def on_tags_changed(site: Site, change: TagsChange) -> None:
    """Ask for the posts that an act on tags has changed; there may be thousands."""
    if change.post_ids:
        refreshing.ask_to_follow(site, change.post_ids)


@hookimpl
def on_post_published(site: Site, post: Post) -> None:
    """Take a post in, and let its neighbours know it."""
    refreshing.follow(site, post.id)


@hookimpl
def on_post_unpublished(site: Site, post: Post) -> None:
    """Take a post out; its neighbours get others in its place."""
    refreshing.follow(site, post.id)


@hookimpl
def register_editor_panels() -> list[EditorPanel]:
    """Let writers say what always or never stands below a post."""
    return [choosing.panel()]


@hookimpl
def on_post_deleting(session: Session, post: Post) -> None:
    """Forget what was chosen for a post that is deleted."""
    choosing.forget(session, post.id)


@hookimpl
def on_post_deleted(site: Site, post: Post) -> None:
    """Forget a deleted post that is still known; a public one was taken out just before."""
    if refreshing.knows(site, post.id):
        refreshing.follow(site, post.id)
