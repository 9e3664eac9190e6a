"""Every archive by the same few steps: address → `Archive` → page of posts, or a feed of it.

`add_archive_routes` gives each kind its address, its numbered pages and its feeds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from flask import Flask, Response, abort, redirect, url_for
from werkzeug.exceptions import NotFound as NotFoundPage
from werkzeug.wrappers import Response as AnyResponse

from blogengine.contributions import TAG, Feed, Taxonomy
from blogengine.errors import Gone
from blogengine.pages import make_cacheable
from blogengine.permissions import PUBLIC
from blogengine.queries.archives import moved_term
from blogengine.queries.tagging import gone_term
from blogengine.routes import add_route
from blogengine.settings import SiteSettings
from blogengine.site import Site
from blogengine.values import Archive, Link, Page
from blogengine.views.current import current_site, respond

MOST_TERMS = 5
"""Terms that one address may combine; more would cost without being of use to anybody."""

LONGEST_NUMBER = 6
MOVED = 301

DATES = (
    "/<year:year>/",
    "/<year:year>/<month:month>/",
    "/<year:year>/<month:month>/<month:day>/",
)


@dataclass(frozen=True, slots=True)
class Moved(Exception):
    """The archive lives at another path; sent on in one hop, with page or feed."""

    archive: Archive


Find = Callable[..., Archive]


def add_archive_routes(app: Flask, site: Site) -> None:
    """Register home, taxonomies, authors and dates, each with pages and feeds."""
    kinds: list[tuple[str, Find, tuple[str, ...]]] = [
        ("home", find_home, ("/",)),
        ("author", find_author, ("/author/<slug>/",)),
        ("date", find_date, DATES),
    ]
    for taxonomy in site.taxonomies.values():
        rule = f"/{taxonomy.path}/<terms>/"
        kinds.append((f"taxonomy.{taxonomy.name}", finder(taxonomy), (rule,)))
    for name, find, rules in kinds:
        view = list_view(find)
        feeds = [(feed, feed_view(find, feed)) for feed in site.contributions.feeds]
        for rule in rules:
            first = {"number": "1"}
            add_route(app, rule, f"{name}.archive", view, permission=PUBLIC, defaults=first)
            add_route(app, f"{rule}page/<number>/", f"{name}.archive", view, permission=PUBLIC)
            for feed, answer in feeds:
                endpoint = f"{name}.feed.{feed.name}"
                add_route(app, rule + feed.suffix, endpoint, answer, permission=PUBLIC)
    add_route(app, "/tags/", "terms", terms_index, permission=PUBLIC)


def find_home() -> Archive:
    return current_site().archives.home()


def find_author(slug: str) -> Archive:
    if "\x00" in slug:
        abort(404)
    return _existing(current_site().archives.author(slug))


def find_date(year: int, month: int = 0, day: int = 0) -> Archive:
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        abort(404)
    return _existing(current_site().archives.date(year, month, day))


def finder(taxonomy: Taxonomy) -> Find:
    """Return how archives of a taxonomy are found: one term, `a+b` (both) or `a,b` (either)."""

    def find_terms(terms: str) -> Archive:
        slugs, match = _split(terms)
        archive = current_site().archives.term(*slugs, match=match, taxonomy=taxonomy)
        if archive is None:
            raise Moved(_moved(taxonomy, slugs, match))
        if archive.path != f"/{taxonomy.path}/{quote(terms, safe='+,')}/":
            raise Moved(archive)
        return _existing(archive)

    return find_terms


def _split(terms: str) -> tuple[list[str], str]:
    sign, match = ("+", "all") if "+" in terms else (",", "any")
    slugs = terms.split(sign)
    if len(slugs) > MOST_TERMS or not all(slugs) or "\x00" in terms or "," in slugs[0]:
        abort(404)
    return slugs, match


def _moved(taxonomy: Taxonomy, slugs: list[str], match: str) -> Archive:
    """Return what an archive with renamed terms is now; a term nobody knows is a 404."""
    site = current_site()
    today = []
    for slug in slugs:
        known = site.archives.term(slug, taxonomy=taxonomy)
        name = slug if known else moved_term(site.db.reading(), taxonomy, slug)
        if name is None:
            raise _lost(site, taxonomy, slug)
        today.append(name)
    return _existing(site.archives.term(*today, match=match, taxonomy=taxonomy))


def _lost(site: Site, taxonomy: Taxonomy, slug: str) -> Exception:
    """Return the answer for a term that isn't there: gone if it was deleted, else not found."""
    gone = gone_term(site.db.reading(), taxonomy.name, slug)
    if gone is None:
        return NotFoundPage()
    name, other, title = gone
    pointer = (f"/{taxonomy.path}/{quote(other)}/", f"{taxonomy.title}: {title}")
    return Gone(
        f"The {taxonomy.title.lower()} “{name}” was deleted; its posts are still there.",
        code="tag-deleted",
        action="Look here instead:" if other else "Look through all tags instead.",
        pointer=pointer if other else ("/tags/", TAG.plural),
    )


def _existing(archive: Archive | None) -> Archive:
    if archive is None or not archive.count:
        abort(404)
    return archive


def list_view(find: Find) -> Callable[..., AnyResponse]:
    """Return the view of an archive's numbered pages."""

    def show_list(number: str, **address: object) -> AnyResponse:
        wanted = page_number(number)
        try:
            archive = find(**address)
        except Moved as moved:
            # A page that the list doesn't have any more leads to its first one.
            known = wanted <= pages_of(current_site(), moved.archive)
            return redirect(numbered_path(moved.archive, wanted if known else 1), MOVED)
        return respond(list_page(current_site(), archive, wanted))

    return show_list


def page_number(text: str) -> int:
    """Return the number of a page; anything but a plain one is not found."""
    plain = text.isascii() and text.isdigit() and not text.startswith("0")
    if not plain or len(text) > LONGEST_NUMBER:
        abort(404)
    return int(text)


def list_page(site: Site, archive: Archive, number: int) -> Page:
    """Return one page of an archive with its posts; a page past the end is not found."""
    settings = site.settings(SiteSettings)
    size = settings.posts_per_page
    total = pages_of(site, archive)
    if number > total:
        abort(404)
    posts = site.archives.posts(archive, limit=size, offset=(number - 1) * size, pinned=True)
    own = archive.terms[0] if len(archive.terms) == 1 else None
    title = (own.seo_title if own else "") or archive.heading
    name = settings.title if archive.kind == "home" else f"{title} – {settings.title}"
    path = numbered_path(archive, number)
    return Page(
        kind=archive.kind,
        title=name if number == 1 else f"{title}, page {number} – {settings.title}",
        heading=archive.heading,
        canonical=site.absolute(path),
        archive=archive,
        posts=tuple(posts),
        number=number,
        total=total,
        previous=Link(numbered_path(archive, number - 1), "Newer posts") if number > 1 else None,
        next=Link(numbered_path(archive, number + 1), "Older posts") if number < total else None,
        feeds=feed_links(site, archive.path, "" if archive.kind == "home" else archive.name),
        description=_description(archive, settings, number),
        noindex=archive.noindex,
        keys=archive.keys | {"menu", "settings:site"},
        updated_at=archive.updated_at,
    )


def pages_of(site: Site, archive: Archive) -> int:
    """Return how many pages a list has; an empty one has one."""
    return max(1, -(-archive.count // site.settings(SiteSettings).posts_per_page))


def _description(archive: Archive, settings: SiteSettings, number: int) -> str:
    if number > 1:
        return ""
    if archive.kind == "home":
        return settings.tagline
    said = archive.terms[0].seo_description if len(archive.terms) == 1 else ""
    return said or archive.description.striptags() or f"{archive.heading} on {settings.title}."


def numbered_path(archive: Archive, number: int) -> str:
    return archive.path if number == 1 else f"{archive.path}page/{number}/"


def feed_links(site: Site, path: str = "/", name: str = "") -> tuple[Link, ...]:
    """Return the feeds of the archive at a path, to be advertised and shown."""
    subject = f"{name}: " if name else ""
    return tuple(
        Link(path + feed.suffix, f"{subject}{feed.title}", "alternate", feed.media_type)
        for feed in site.contributions.feeds
    )


def feed_view(find: Find, feed: Feed) -> Callable[..., AnyResponse]:
    """Return the view of one kind of feed."""

    def show_feed(**address: object) -> AnyResponse:
        site = current_site()
        try:
            archive = find(**address)
        except Moved as moved:
            return redirect(moved.archive.path + feed.suffix, MOVED)
        posts = site.archives.posts(archive, limit=site.settings(SiteSettings).posts_per_page)
        charset = "; charset=utf-8"
        response = Response(feed.render(site, archive, posts), mimetype=feed.media_type)
        response.headers["Content-Type"] = feed.media_type + charset
        make_cacheable(response, archive.updated_at)
        return response

    return show_feed


def terms_index() -> AnyResponse:
    """Show all tags that have a public post."""
    site = current_site()
    settings = site.settings(SiteSettings)
    home = site.archives.home()
    return respond(
        Page(
            kind="terms",
            title=f"{TAG.plural} – {settings.title}",
            heading=TAG.plural,
            canonical=site.absolute(url_for("terms")),
            terms=site.terms.all(),
            feeds=feed_links(site, home.path),
            updated_at=home.updated_at,
            description=f"All tags of {settings.title}.",
            keys=frozenset({"home:0", "menu", "settings:site"}),
        )
    )
