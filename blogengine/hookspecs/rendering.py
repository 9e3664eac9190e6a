"""Hooks that change what becomes of a post's text; filters of it run in another process."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from blogengine.hookspecs.markers import hookspec

if TYPE_CHECKING:
    from blogengine.contributions import HtmlFilter, MarkdownExtension, SourceFilter
    from blogengine.pictures import PictureSource
    from blogengine.site import Site


@hookspec
def register_markdown_extensions(site: Site) -> Iterable[MarkdownExtension]:  # type: ignore[empty-body]
    """Teach Markdown more words, by extensions as Python-Markdown knows them.

    When: once per app build; `make` then runs in the process that renders texts, when it starts.
    Transaction: none; there is no site and no database in that process.
    Returns: extensions; two with one name stop the plugin that comes second.
    On error: the plugin is marked failed; with an extension that raises or hangs, a text is
    rendered without the plugin, and its author is told.
    Since: 0.1.
    """


@hookspec
def register_source_filters(site: Site) -> Iterable[SourceFilter]:  # type: ignore[empty-body]
    """Change the text of posts before Markdown reads it; the stored text stays as written.

    When: once per app build; `apply` then runs for every text that is rendered from Markdown.
    Transaction: none; there is no site and no database in the process that renders texts.
    Returns: filters; two with one name stop the plugin that comes second.
    On error: the plugin is marked failed; with a filter that raises or hangs, a text is rendered
    without the plugin, and its author is told.
    Since: 0.1.
    """


@hookspec
def register_html_filters(site: Site) -> Iterable[HtmlFilter]:  # type: ignore[empty-body]
    """Change the html of posts when they are rendered, before or after it is sanitised.

    When: once per app build; `apply` then runs for every text that is rendered, imported html too.
    Transaction: none; there is no site and no database in the process that renders texts.
    Returns: filters; two with one name stop the plugin that comes second. One that is `trusted`
    runs only with the owner's consent.
    On error: the plugin is marked failed; with a filter that raises or hangs, a text is rendered
    without the plugin, and its author is told.
    Since: 0.1.
    """


@hookspec
def register_picture_sources(site: Site) -> Iterable[PictureSource]:  # type: ignore[empty-body]
    """Say what is known of the pictures in texts: their size, and other files of them.

    When: once per app build; `find` then runs once for every text that is rendered and has
    pictures, with the addresses as they were written.
    Transaction: none; `find` may read through `site.db`, once for all addresses.
    Returns: sources; two with one name stop the plugin that comes second. Where two know the same
    address, the first one counts.
    On error: the plugin is marked failed; with a `find` that raises, the pictures stay as they were
    written.
    Since: 0.1.
    """
