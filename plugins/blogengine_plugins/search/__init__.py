"""Search for words in titles, texts, tags and authors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from types import ModuleType
from typing import TYPE_CHECKING

from blogengine.api import (
    Asset,
    Blueprint,
    HealthCheck,
    Job,
    LinkTag,
    Markup,
    Page,
    Plugin,
    Post,
    PostChange,
    Session,
    Site,
    StreamSource,
    Widget,
    WidgetContext,
    hookimpl,
    translator,
)
from blogengine_plugins.search import commands, hookspecs, indexing, rebuilding, views
from blogengine_plugins.search.backends import SearchBackend, own_backend
from blogengine_plugins.search.health import index_is_whole
from blogengine_plugins.search.settings import SearchSettings

_ = translator(__name__)

if TYPE_CHECKING:
    import click

plugin = Plugin(summary=__doc__, api=1, settings=SearchSettings)


@hookimpl
def register_hookspecs() -> ModuleType:
    """Other plugins may bring places to search in, and say what shows nothing of a post."""
    return hookspecs


@hookimpl
def search_register_backends(site: Site) -> list[SearchBackend]:
    """That of the site's database, which is taken unless the owner names another."""
    return [own_backend(site)]


@hookimpl
def register_blueprints() -> list[Blueprint]:
    """The addresses below `/search/`."""
    return [views.blueprint]


@hookimpl
def register_streams() -> list[StreamSource]:
    """Let every search have feeds."""
    return [StreamSource("search", views.HERE, views.stream)]


@hookimpl
def register_assets() -> list[Asset]:
    """The look of the box and of marked words."""
    return [Asset("search.css")]


@hookimpl
def register_widgets() -> list[Widget]:
    """The box, first in the sidebar; the page of results has one of its own."""
    return [Widget("search", _.lazy_gettext("Search"), show, region="sidebar", order=200)]


def show(ctx: WidgetContext) -> Markup | None:
    """Return the box."""
    if ctx.page.kind == "plugin" and ctx.page.heading == _("Search"):
        return None
    return ctx.render("search/box.html")


@hookimpl
def page_meta(page: Page) -> list[LinkTag]:
    """Let browsers offer the search on the first page; nothing is added to all the others."""
    if page.kind != "home":
        return []
    kind = "application/opensearchdescription+xml"
    return [LinkTag("search", views.DESCRIPTION, type=kind, title="Search")]


@hookimpl
def on_post_saving(site: Site, change: PostChange, session: Session) -> None:
    """Take a post in or out together with its save."""
    was_public = change.before is not None and change.before.public
    if was_public or change.after.public:
        indexing.store(site, session, {change.after.id: change.after})


@hookimpl
def on_post_deleting(site: Site, post: Post, session: Session) -> None:
    """Take a post out together with its deletion."""
    indexing.store(site, session, {post.id: None})


@hookimpl
def on_labels_saving(site: Site, post_ids: Sequence[int], session: Session) -> None:
    """Take posts in anew whose tags or authors read otherwise."""
    indexing.follow_labels(site, session, post_ids)


@hookimpl
def register_jobs() -> list[Job]:
    """What one act can't do at once, and catching up after the plugin was off."""
    return [
        Job("follow", indexing.follow_many),
        Job("tell", indexing.tell),
        Job("look", rebuilding.look, every=timedelta(minutes=5), seconds=3600),
    ]


@hookimpl
def register_health_checks() -> list[HealthCheck]:
    """Say when posts aren't in the index."""
    return [HealthCheck("search_index", "The search finds all public posts", index_is_whole)]


@hookimpl
def register_commands(site: Site, cli: click.Group) -> None:
    """`blogengine search …`."""
    commands.add(site, cli)
