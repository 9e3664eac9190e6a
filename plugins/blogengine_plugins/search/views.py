"""`/search/`: results, their feeds, and the description by which browsers offer the search."""

from __future__ import annotations

from urllib.parse import urlencode

from werkzeug.wrappers import Response as AnyResponse

from blogengine.api import (
    Blueprint,
    Link,
    Page,
    Response,
    Site,
    SiteSettings,
    Stream,
    redirect,
    request,
    site,
    translator,
)
from blogengine_plugins.search.asked import LONGEST, RANKED, read
from blogengine_plugins.search.finding import find, find_posts
from blogengine_plugins.search.settings import SearchSettings

_ = translator(__name__)

HERE = "/search/"
DESCRIPTION = "/search/opensearch.xml"
IN_A_FEED = 20

blueprint = Blueprint("search", __name__)


@blueprint.get(HERE, permission="public")
def results() -> AnyResponse:
    """Show a page of results; without words, the box alone."""
    typed = _typed()
    size = site.settings(SearchSettings).per_page
    number = _number(request.args.get("page", ""), most=max(1, RANKED // size))
    found = find(site, typed, limit=size, offset=(number - 1) * size)
    pages = max(1, -(-min(found.total, RANKED) // size))
    if number > pages:
        return redirect(address(typed, pages))
    title = f"{_('Search')}: {typed}" if typed else _("Search")
    feeds = site.feed_links(HERE, title, query=_query(typed), streams=True)
    page = Page(
        kind="plugin",
        title=f"{title} – {site.settings(SiteSettings).title}",
        heading=_("Search"),
        description=title,
        canonical=site.absolute(HERE),
        noindex=True,
        number=number,
        total=pages,
        previous=Link(address(typed, number - 1), "") if number > 1 else None,
        next=Link(address(typed, number + 1), "") if number < pages else None,
        feeds=feeds if found.total else (),
    )
    return site.page(page, "search/results.html", typed=typed, found=found, most=RANKED)


@blueprint.get(DESCRIPTION, permission="public")
def description() -> AnyResponse:
    """Tell browsers how to search here (OpenSearch 1.1)."""
    said = site.render(
        "search/opensearch.xml",
        title=site.settings(SiteSettings).title,
        results=site.absolute(HERE) + "?q={searchTerms}",
        own=site.absolute(DESCRIPTION),
    )
    return Response(said, mimetype="application/opensearchdescription+xml")


def stream(site: Site) -> Stream:
    """Return what the feeds of a search tell: its newest posts, in one page."""
    typed = _typed()
    asked = read(typed)
    posts = find_posts(site, asked, limit=IN_A_FEED)[0] if asked else ()
    moments = [post.published_at or post.created_at for post in posts]
    newest = sorted(zip(moments, posts, strict=True), key=lambda pair: pair[0], reverse=True)
    return Stream(
        key=f"search:{typed}",
        name=f"{_('Search')}: {typed}",
        path=HERE,
        query=_query(typed),
        posts=tuple(post for _, post in newest),
        updated_at=max((post.updated_at for post in posts), default=None),
    )


def _typed() -> str:
    return " ".join(request.args.get("q", "").split())[:LONGEST]


def _query(typed: str) -> str:
    return urlencode({"q": typed}, errors="replace")


def address(typed: str, number: int = 1) -> str:
    """Return the address of a page of results."""
    said = {"q": typed} | ({"page": str(number)} if number > 1 else {})
    return f"{HERE}?{urlencode(said, errors='replace')}"


def _number(said: str, *, most: int) -> int:
    return min(max(int(said), 1), most) if said.isascii() and said.isdigit() else 1
