"""Every archive by the same few steps: address → `Archive` → page of posts, or a feed of it.

`add_archive_routes` gives each kind its address, its numbered pages and its feeds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from flask import Flask, abort, redirect
from werkzeug.exceptions import NotFound as NotFoundPage
from werkzeug.wrappers import Response as AnyResponse

from blogengine.languages import translator
from blogengine.numbering import Numbers, numbers_of
from blogengine.permissions import PUBLIC
from blogengine.routes import add_route
from blogengine.settings import SiteSettings
from blogengine.site import Site
from blogengine.streams import Feed
from blogengine.taxonomies import TAG, Taxonomy
from blogengine.values import Archive, Link, Page
from blogengine.views.combining import (
    Combination,
    nothing_in_common,
    read_combination,
    todays,
)
from blogengine.views.current import current_site, respond
from blogengine.views.feeds import archive_feed
from blogengine.views.terms_index import index_view

_ = translator(__name__)

LONGEST_NUMBER = 6
MOVED = 301
UNTIL_IT_GROWS = 302

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
        rule = f"/{taxonomy.path}/<{'path:' if taxonomy.levels else ''}terms>/"
        kinds.append((f"taxonomy.{taxonomy.name}", finder(taxonomy), (rule,)))
    for name, find, rules in kinds:
        view = list_view(find)
        feeds = [(feed, feed_view(find, feed)) for feed in site.contributions.feeds]
        for rule in rules:
            add_route(app, rule, f"{name}.archive", view, permission=PUBLIC)
            add_route(app, f"{rule}page/<number>/", f"{name}.archive", view, permission=PUBLIC)
            for feed, answer in feeds:
                endpoint = f"{name}.feed.{feed.name}"
                add_route(app, rule + feed.suffix, endpoint, answer, permission=PUBLIC)
    for taxonomy in site.taxonomies.values():
        if taxonomy.index:
            end = "terms" if taxonomy is TAG else f"taxonomy.{taxonomy.name}.index"
            add_route(app, taxonomy.index, end, index_view(taxonomy), permission=PUBLIC)


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
    """Return how archives of a taxonomy are found: by one term, or by several combined."""

    def find_terms(terms: str) -> Archive:
        asked = read_combination(terms, levels=taxonomy.levels)
        if asked is None:
            raise NotFoundPage
        site = current_site()
        archive = _archive(site, taxonomy, asked)
        if archive is None:
            raise Moved(_existing(_archive(site, taxonomy, todays(site, taxonomy, asked))))
        if archive.path != f"/{taxonomy.path}/{quote(terms, safe='+,/')}/":
            raise Moved(archive)
        if not archive.count and asked.several:
            raise nothing_in_common(taxonomy, archive)
        return _existing(archive)

    return find_terms


def _archive(site: Site, taxonomy: Taxonomy, asked: Combination) -> Archive | None:
    return site.archives.term(
        *asked.slugs, match=asked.match, without=asked.without, taxonomy=taxonomy
    )


def _existing(archive: Archive | None) -> Archive:
    if archive is None or not archive.count:
        abort(404)
    return archive


def list_view(find: Find) -> Callable[..., AnyResponse]:
    """Return the view of an archive's numbered pages."""

    def show_list(number: str = "", **address: object) -> AnyResponse:
        site = current_site()
        wanted = page_number(number) if number else None
        try:
            archive = find(**address)
        except Moved as moved:
            # A page that the list doesn't have any more leads to its first one.
            there = numbers_of(moved.archive, site.settings(SiteSettings))
            return redirect(there.path(there.known(wanted)), MOVED)
        numbers = numbers_of(archive, site.settings(SiteSettings))
        if wanted == numbers.first:
            return redirect(archive.path, UNTIL_IT_GROWS if numbers.stable else MOVED)
        if wanted is not None and not numbers.has(wanted):
            abort(404)
        return respond(list_page(site, archive, numbers, wanted or numbers.first))

    return show_list


def page_number(text: str) -> int:
    """Return the number of a page; anything but a plain one is not found."""
    plain = text.isascii() and text.isdigit() and not text.startswith("0")
    if not plain or len(text) > LONGEST_NUMBER:
        abort(404)
    return int(text)


def list_page(site: Site, archive: Archive, numbers: Numbers, number: int) -> Page:
    """Return one page of an archive with its posts."""
    settings = site.settings(SiteSettings)
    first = number == numbers.first
    limit, offset = numbers.place(number)
    pinned = first or not numbers.stable
    posts = site.archives.posts(archive, limit=limit, offset=offset, pinned=pinned)
    own = archive.terms[0] if len(archive.terms) == 1 else None
    title = (own.seo_title if own else "") or archive.heading
    numbered = _("%(title)s, page %(number)s", title=title, number=number)
    name = settings.title if archive.kind == "home" else f"{title} – {settings.title}"
    if numbers.stable and first:
        limit += len(archive.pins)  # they stand on top here, and on their own page as well
    older: Link | None = None
    newer: Link | None = None
    if archive.kind == "date":
        older, newer = site.archives.neighbours(archive)
    newer_page, older_page = numbers.beside(number)
    return Page(
        kind=archive.kind,
        title=name if first else f"{numbered} – {settings.title}",
        heading=archive.heading,
        canonical=site.absolute(numbers.path(number)),
        archive=archive,
        posts=tuple(posts),
        together=site.archives.together(archive) if first and archive.kind == "term" else (),
        display=archive.display or settings.list_display,
        number=number,
        total=numbers.total,
        first=first,
        previous=None if newer_page is None else Link(numbers.path(newer_page), "Newer posts"),
        next=None if older_page is None else Link(numbers.path(older_page), "Older posts"),
        newer=newer,
        older=older,
        feeds=site.feed_links(archive.path, "" if archive.kind == "home" else archive.name),
        description=_description(archive, settings) if first else "",
        noindex=archive.noindex,
        keys=archive.keys | {"menu", "settings:site"},
        updated_at=archive.updated_at,
    )


def _description(archive: Archive, settings: SiteSettings) -> str:
    if archive.kind == "home":
        return settings.tagline
    said = archive.terms[0].seo_description if len(archive.terms) == 1 else ""
    return (
        said
        or archive.description.striptags()
        or _("%(heading)s on %(site)s.", heading=archive.heading, site=settings.title)
    )


def feed_view(find: Find, feed: Feed) -> Callable[..., AnyResponse]:
    """Return the view of one kind of feed."""

    def show_feed(**address: object) -> AnyResponse:
        site = current_site()
        try:
            archive = find(**address)
        except Moved as moved:
            return redirect(moved.archive.path + feed.suffix, MOVED)
        return archive_feed(site, feed, archive)

    return show_feed
