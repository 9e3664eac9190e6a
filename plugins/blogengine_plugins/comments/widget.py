"""The comments below a post."""

from __future__ import annotations

from blogengine.api import Markup, WidgetContext
from blogengine_plugins.comments.forms import Form, Place, reply_path
from blogengine_plugins.comments.queries import thread_of
from blogengine_plugins.comments.settings import Settings
from blogengine_plugins.comments.storing import takes_comments
from blogengine_plugins.comments.thread import branches


def thread(ctx: WidgetContext) -> Markup | None:
    """Show the thread and the form; nothing under a post that isn't public.

    A comment is answered on a page of its own, which its link "Reply" opens: a form folded into
    every comment would make a page of 200 comments 200 kB heavier and put a stop for the Tab key
    at each, and an address with `?reply=` would miss the page cache.
    """
    post = ctx.page.post
    if post is None or not post.public:
        return None
    ctx.depends_on(f"comments:{post.id}", "settings:comments", "settings:site")
    settings = ctx.site.settings(Settings)
    comments = thread_of(ctx.site, post.id)
    is_open = takes_comments(post, settings)
    if not comments and not is_open:
        return None
    return ctx.render(
        "comments/thread.html",
        branches=branches(comments),
        count=sum(comment.visible for comment in comments),
        is_open=is_open,
        moderated=settings.moderate,
        form=Form(Place(post)),
        reply_path=reply_path,
    )
