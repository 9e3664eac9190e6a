"""Hooks asked while a page is made, bound once: one that nobody implements costs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from blogengine.hookspecs.markers import hookspec

if TYPE_CHECKING:
    from blogengine.dressing import LinkTag, MetaTag, Redirection, StructuredData
    from blogengine.site import Site
    from blogengine.values import Page


@hookspec
def page_meta(  # type: ignore[empty-body]
    site: Site, page: Page
) -> Iterable[MetaTag | LinkTag | StructuredData]:
    """Add meta elements, links and structured data to a page's head.

    When: once for every page that is made, errors included; `page.kind` says which it is.
    Transaction: none; it may read through `site.db`.
    Returns: tags; of two with the same name the one with the higher `order` is shown.
    On error: logged and counted; the page is served without the plugin's tags.
    Since: 0.1.
    """


@hookspec
def template_context(site: Site, page: Page) -> Mapping[str, object]:  # type: ignore[empty-body]
    """Give values to the theme's templates, read as `plugins.NAME.key`.

    When: once for every page that is made with the theme's templates.
    Transaction: none; it may read through `site.db`.
    Returns: values by name; None or an empty mapping for nothing.
    On error: logged and counted; `plugins.NAME` is empty on that page.
    Since: 0.1.
    """


@hookspec
def not_found(site: Site, path: str) -> Redirection | None:
    """Say where an address leads that nobody answers, or that something is gone from there.

    When: once for a GET of a page that would answer 404, those of the admin aside; `path` is
    decoded, without what follows the question mark.
    Transaction: none; it may read through `site.db` and write on its own.
    Returns: a Redirection, or None for nothing known; the first answer counts.
    On error: logged and counted; the visitor gets the page that says "not found".
    Since: 0.1.
    """
