"""Posts that say the same in other languages: readers find them, search engines too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from blogengine.api import (
    EditorPanel,
    LinkTag,
    Markup,
    Page,
    Plugin,
    Post,
    PostExtra,
    Session,
    Site,
    Widget,
    WidgetContext,
    hookimpl,
    translator,
)
from blogengine_plugins.translations import commands, heads, panel
from blogengine_plugins.translations.families import forget, versions
from blogengine_plugins.translations.models import POST

if TYPE_CHECKING:
    import click

_ = translator(__name__)

plugin = Plugin(summary=__doc__, api=1)


def load(site: Site, posts: Sequence[Post]) -> Mapping[int, object]:
    """Return the versions of the page's post."""
    return {post.id: versions(site, post) for post in posts}


def show(ctx: WidgetContext) -> Markup | None:
    """Return the other languages of a post, each by its own name."""
    post = ctx.page.post
    found = post.extras.get(heads.EXTRA) if post is not None else None
    if post is None or not isinstance(found, tuple):
        return None
    ctx.depends_on(*(f"post:{one.id}" for _language, one in found))
    entries = [
        {"language": language, "url": one.url, "name": ctx.site.languages.name(language)}
        for language, one in found
        if one.id != post.id
    ]
    return ctx.render("translations/list.html", entries=entries) if entries else None


@hookimpl
def register_post_extras() -> list[PostExtra]:
    """Found once for a post's own page; lists don't ask."""
    return [PostExtra(heads.EXTRA, load, views={"post"})]


@hookimpl
def register_widgets() -> list[Widget]:
    """Stand between a post's title and its text."""
    title = _.lazy_gettext("Other languages")
    pages = {"post", "page"}
    return [Widget("translations", title, show, region="before_post", pages=pages, order=10)]


@hookimpl
def page_meta(site: Site, page: Page) -> Iterable[LinkTag]:
    """Tell search engines of all versions."""
    return heads.tags(site, page)


@hookimpl
def register_editor_panels() -> list[EditorPanel]:
    """Let writers say which posts belong together."""
    return [panel.PANEL]


@hookimpl
def register_commands(site: Site, cli: click.Group) -> None:
    """Add `blogengine translations link`, `unlink`, `show` and `tags`."""
    commands.add(site, cli)


@hookimpl
def on_post_deleting(post: Post, session: Session) -> None:
    """Take a post out of its family."""
    forget(session, POST, str(post.id))
