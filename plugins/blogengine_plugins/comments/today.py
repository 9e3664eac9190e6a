"""The comments that wait, on the first page of the admin."""

from __future__ import annotations

from blogengine.api import Markup, WidgetContext, may, select
from blogengine_plugins.comments.deciding import MOST_WAITING, QUEUE, waiting
from blogengine_plugins.comments.models import WAITING, Comment
from blogengine_plugins.comments.moderation import MODERATE


def show(ctx: WidgetContext) -> Markup | None:
    """Say how many comments wait and since when; nothing when none does."""
    if not may(MODERATE):
        return None
    count = waiting(ctx.site)
    if not count:
        return None
    query = select(Comment.created_at, Comment.author).where(Comment.state == WAITING)
    oldest = ctx.site.db.reading().execute(query.order_by(Comment.created_at).limit(1)).first()
    return ctx.render(
        "comments/today.html",
        said="1 comment waits" if count == 1 else f"{count} comments wait",
        many=count >= MOST_WAITING,
        since=ctx.site.local(oldest.created_at) if oldest else None,
        author=oldest.author if oldest else "",
        queue=QUEUE,
    )
