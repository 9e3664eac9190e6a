"""Show one older post in the sidebar, another one every day."""

from __future__ import annotations

from dataclasses import dataclass

from blogengine.api import Markup, Plugin, Widget, WidgetContext, hookimpl, setting, utcnow


@dataclass(frozen=True, slots=True)
class Settings:
    """What the owner of a site may set."""

    skip: int = setting(
        10, title="Newest posts to leave out", help="They are in sight anyway.", ge=0, le=1000
    )


plugin = Plugin(summary=__doc__, api=1, settings=Settings)


@hookimpl
def register_widgets() -> list[Widget]:
    """Stand in the sidebar of every page."""
    return [Widget("post_of_the_day", "Post of the day", show, region="sidebar")]


def show(ctx: WidgetContext) -> Markup | None:
    """Return a link to the post whose turn it is; nothing while there are too few."""
    archive = ctx.site.archives.home()
    ctx.depends_on(*archive.keys)
    skip = ctx.site.settings(Settings).skip
    older = archive.count - skip
    if older <= 0:
        return None
    day = ctx.site.local(utcnow()).toordinal()
    (post,) = ctx.site.archives.posts(archive, limit=1, offset=skip + day % older)
    link = Markup('<p><a href="{}" dir="auto">{}</a></p>')
    return link.format(post.url, post.display_title)
