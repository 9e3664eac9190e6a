"""Lead from a post to the newer and the older one with the same first tag."""

from __future__ import annotations

from blogengine.api import Markup, Plugin, Widget, WidgetContext, hookimpl, translator

_ = translator(__name__)

plugin = Plugin(summary=__doc__, api=1)


def show(ctx: WidgetContext) -> Markup | None:
    """Return the links, found by one statement along the tag's list."""
    post = ctx.page.post
    if post is None or not post.tags:
        return None
    tag = post.tags[0]
    ctx.depends_on(f"term:{tag.id}")
    newer, older = ctx.site.archives.beside(post, tag)
    if newer == ctx.page.newer and older == ctx.page.older:
        return None  # the page leads there already
    return ctx.render("same_tag/links.html", tag=tag, newer=newer, older=older)


@hookimpl
def register_widgets() -> list[Widget]:
    """Stand below the post, before what is read next."""
    return [Widget("same_tag", _.lazy_gettext("In the same tag"), show, "after_post", 40, {"post"})]
