"""A sitemap: every page that search engines may know, with pictures and dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response as AnyResponse

from blogengine.api import Blueprint, Plugin, Response, Site, abort, hookimpl, request, site
from blogengine_plugins.sitemap import hookspecs, parts
from blogengine_plugins.sitemap.writing import write_addresses, write_index

if TYPE_CHECKING:
    from types import ModuleType

plugin = Plugin(summary=__doc__, api=1)

blueprint = Blueprint("sitemap", __name__)


@hookimpl
def register_blueprints() -> list[Blueprint]:
    """`/sitemap.xml` and the files it names."""
    return [blueprint]


@hookimpl
def register_hookspecs() -> ModuleType:
    """`sitemap_entries` and `sitemap_pictures`."""
    return hookspecs


@hookimpl
def sitemap_entries(site: Site) -> Iterator[tuple[str, datetime | None]]:
    """The lists that are no archive of a term."""
    return parts.lists_of(site)


@blueprint.get("/sitemap.xml", permission="public")
def show_index() -> AnyResponse:
    """Name the files."""
    return _answer(write_index(parts.index(site)))


@blueprint.get("/sitemap-<part>-<int:number>.xml", permission="public")
def show_part(part: str, number: int) -> AnyResponse:
    """Name the pages of one file."""
    found = parts.entries(site, part, number) if 0 < number < 1_000_000 else []
    if not found:
        abort(404)
    return _answer(write_addresses(found))


def _answer(content: bytes) -> AnyResponse:
    response = Response(content, mimetype="application/xml")
    response.add_etag()
    response.headers["Cache-Control"] = "no-cache"
    # A list for programs is no page to find.
    response.headers["X-Robots-Tag"] = "noindex"
    return response.make_conditional(request)
