"""The four widgets: each shows its part of the one row, which a page reads once."""

from __future__ import annotations

import math
from datetime import date, datetime

from blogengine.api import Markup, WidgetContext
from blogengine_plugins.archive_widgets import summary
from blogengine_plugins.archive_widgets.settings import ArchiveSettings

SIZES = 5


def recent(ctx: WidgetContext) -> Markup | None:
    """Show the newest posts with their dates."""
    posts = [
        {**entry, "at": datetime.fromisoformat(entry["at"]) if entry["at"] else None}
        for entry in _entries(ctx, "recent")
    ]
    return ctx.render("archive_widgets/recent.html", posts=posts) if posts else None


def tags(ctx: WidgetContext) -> Markup | None:
    """Show the most used tags by name, larger the more posts they have."""
    found = _entries(ctx, "tags")
    if not found:
        return None
    most = max(tag["count"] for tag in found)
    by_name = sorted(found, key=lambda tag: ctx.site.locale.key(tag["name"]))
    return ctx.render("archive_widgets/tags.html", tags=by_name, most=most)


def months(ctx: WidgetContext) -> Markup | None:
    """Show the newest months that have posts."""
    named = []
    for entry in _entries(ctx, "months"):
        year, month = entry["url"].strip("/").split("/")[:2]
        named.append({**entry, "name": ctx.site.locale.month(date(int(year), int(month), 1))})
    return ctx.render("archive_widgets/list.html", entries=named) if named else None


def authors(ctx: WidgetContext) -> Markup | None:
    """Show who has written most; nothing where one person writes alone."""
    return _list(ctx, "authors") if len(_entries(ctx, "authors")) > 1 else None


def size(count: int, most: int) -> int:
    """Return 1 to 5 for a count: each step needs the same factor of posts."""
    if most <= 1:
        return 1
    return 1 + round((SIZES - 1) * math.log(max(count, 1)) / math.log(most))


def _list(ctx: WidgetContext, name: str) -> Markup | None:
    entries = _entries(ctx, name)
    return ctx.render("archive_widgets/list.html", entries=entries) if entries else None


def _entries(ctx: WidgetContext, name: str) -> tuple[summary.Entry, ...]:
    ctx.depends_on(summary.KEY, "settings:archive_widgets")
    lists = ctx.once("archive_widgets", lambda: summary.read(ctx.site))
    limit: int = getattr(ctx.site.settings(ArchiveSettings), name)
    return lists[name][:limit]
