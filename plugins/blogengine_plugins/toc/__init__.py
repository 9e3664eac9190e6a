"""Show what is in a long post: a table of contents above it, or where the writer puts [TOC]."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from blogengine.api import (
    Asset,
    Heading,
    MarkdownExtension,
    Markup,
    Plugin,
    Widget,
    WidgetContext,
    hookimpl,
    translator,
)
from blogengine_plugins.toc.settings import TocSettings

_ = translator(__name__)

plugin = Plugin(summary=__doc__, api=1, settings=TocSettings)

Entry = tuple[Heading, list["Entry"]]

OWN = '<nav class="toc"'


def make_toc(settings: TocSettings) -> Any:
    # Python-Markdown is imported only where texts are rendered.
    from blogengine_plugins.toc.extension import Contents

    return Contents(settings.depth)


@hookimpl
def register_markdown_extensions() -> list[MarkdownExtension]:
    """Let writers say where it stands."""
    return [MarkdownExtension("toc", make_toc, settings=TocSettings)]


def nested(entries: Sequence[Heading]) -> list[Entry]:
    """Return the headings with those below each of them; levels leave none out."""
    top: list[Entry] = []
    lists = [top]
    for heading in entries:
        del lists[heading.level :]
        below: list[Entry] = []
        lists[-1].append((heading, below))
        lists.append(below)
    return top


def show(ctx: WidgetContext) -> Markup | None:
    """Return links to the post's headings, which were found when it was saved."""
    post = ctx.page.post
    ctx.depends_on("settings:toc")
    if post is None or OWN in post.html:
        return None
    settings = ctx.site.settings(TocSettings)
    entries = [heading for heading in post.headings if heading.level <= settings.depth]
    if not settings.least or len(entries) < settings.least:
        return None
    return ctx.render("toc/list.html", entries=nested(entries))


@hookimpl
def register_widgets() -> list[Widget]:
    """Stand between a post's title and its text, on its own page only."""
    pages = {"post", "page"}
    return [
        Widget("toc", _.lazy_gettext("Contents"), show, region="before_post", pages=pages, order=90)
    ]


@hookimpl
def register_assets() -> list[Asset]:
    """Its look, on the pages that have headings."""
    return [Asset("toc.css", "css", pages={"post", "page"}, where="<h2")]
