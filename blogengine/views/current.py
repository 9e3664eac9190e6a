"""The site, page maker and state that belong to the running request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from flask import current_app, g
from werkzeug.local import LocalProxy

from blogengine.answers import Response
from blogengine.logs import current_id
from blogengine.pages import PageMaker
from blogengine.site import Site
from blogengine.state import SiteState
from blogengine.values import Page

EXTENSION = "blogengine"
MAKER = "blogengine.pages"


def current_site() -> Site:
    """Return the site of the running app; raises RuntimeError before it is built."""
    site = current_app.extensions.get(EXTENSION)
    if site is None:
        raise RuntimeError("The site is still being built.")
    return cast(Site, site)


site: Site = cast(Site, LocalProxy(current_site))
"""The running site, for a plugin's views: Flask calls those without arguments of ours."""


def current_request_id() -> str:
    """Return the id of the request, command or job under way; empty outside of one."""
    return current_id()


def current_state() -> SiteState | None:
    """Return what the request saw of the site's state; None when the database is away."""
    return cast("SiteState | None", g.get("state"))


def respond(page: Page) -> Response:
    """Answer with a page."""
    return _maker().respond(page, current_state())


def respond_with(page: Page, template: str, context: Mapping[str, object]) -> Response:
    """Answer with a plugin's own page."""
    return _maker().respond(page, current_state(), template=template, context=context)


def _maker() -> PageMaker:
    return cast(PageMaker, current_app.extensions[MAKER])
