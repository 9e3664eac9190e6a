"""Feeds as answers: of archives page by page (RFC 5005), and of what plugins list besides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from flask import Flask, Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from blogengine.pages import make_cacheable
from blogengine.permissions import PUBLIC
from blogengine.routes import add_route
from blogengine.settings import SiteSettings
from blogengine.site import Site
from blogengine.streams import Feed, Stream, StreamSource
from blogengine.values import Archive
from blogengine.views.current import current_site

LONG_AGO = datetime.fromtimestamp(0, UTC)
"""When a list that never held anything last changed: a date of today would differ each time."""

LONGEST_NUMBER = 6
MOVED = 301


def archive_feed(site: Site, feed: Feed, archive: Archive) -> AnyResponse:
    """Answer with a feed of an archive; `?page=2` goes on where the first page ends."""
    size = site.settings(SiteSettings).posts_per_page
    if feed.render is not None:
        posts = site.archives.posts(replace(archive, order="newest"), limit=size)
        return _answer(feed, feed.render(site, archive, posts), archive.updated_at)
    number = _page_number()
    if number is None:
        return redirect(archive.path + feed.suffix, MOVED)
    total = max(1, -(-archive.count // size))
    if number > total:
        abort(404)
    return _tell(site, feed, archive_stream(site, archive, number, total, size))


def archive_stream(site: Site, archive: Archive, number: int, total: int, size: int) -> Stream:
    """Return one page of an archive as a feed tells it: in order of time, without pins on top."""
    newest = replace(archive, order="newest")
    posts = site.archives.posts(newest, limit=size, offset=(number - 1) * size)
    title = site.settings(SiteSettings).title
    told = archive.description.striptags() or f"{archive.heading} on {title}"
    home = archive.kind == "home"
    key = f"{archive.match} {_scopes(archive.scopes)}"
    if len(archive.terms) == 1 and not archive.without:
        key = f"all {_scopes(archive.scopes[:1])}"  # whatever stands below it
    return Stream(
        key=f"{key} without {_scopes(archive.without)}" if archive.without else key,
        name="" if home else archive.name,
        path=archive.path,
        description=site.settings(SiteSettings).tagline if home else told,
        posts=tuple(posts),
        updated_at=archive.updated_at,
        number=number,
        total=total,
    )


def _scopes(scopes: Sequence[tuple[str, int]]) -> str:
    return ",".join(f"{scope}:{number}" for scope, number in sorted(scopes))


def add_stream_routes(app: Flask, site: Site) -> None:
    """Give each stream the feeds that can tell it."""
    for source in site.contributions.streams:
        for feed in site.contributions.feeds:
            if feed.stream is not None:
                add_route(
                    app,
                    source.rule + feed.suffix,
                    f"{source.name}.feed.{feed.name}",
                    stream_view(source, feed),
                    permission=PUBLIC,
                    limit=source.limit,
                    methods=["GET"],
                )


def stream_view(source: StreamSource, feed: Feed) -> Callable[..., AnyResponse]:
    """Return the view of one feed of a plugin's lists."""

    def show_stream(**address: object) -> AnyResponse:
        site = current_site()
        stream = source.find(site, **address)
        if stream is None:
            abort(404)
        return _tell(site, feed, stream)

    return show_stream


def _tell(site: Site, feed: Feed, stream: Stream) -> Response:
    assert feed.stream is not None  # who hasn't got one was sent to `render`
    return _answer(feed, feed.stream(site, stream), stream.updated_at)


def _answer(feed: Feed, body: bytes, updated_at: datetime | None) -> Response:
    response = Response(body, mimetype=feed.media_type)
    response.headers["Content-Type"] = f"{feed.media_type}; charset=utf-8"
    make_cacheable(response, updated_at or LONG_AGO)
    return response


def _page_number() -> int | None:
    """Return the page that is asked for; None for an address that isn't the page's own."""
    text = request.args.get("page", "")
    if not text:
        return 1
    plain = text.isascii() and text.isdigit() and not text.startswith("0")
    if not plain or len(text) > LONGEST_NUMBER:
        abort(404)
    return int(text) if text != "1" else None
