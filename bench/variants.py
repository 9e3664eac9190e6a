"""What is measured: pages of a site, and bare answers of the same bytes to hold them against."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Flask, Response
from werkzeug.test import EnvironBuilder

from bench.measuring import Work
from bench.sites import BenchSite
from blogengine.queries.listed import archive_posts

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BARE_WSGI = "bare WSGI answer"
BARE_FLASK = "bare Flask route"
TAG = "/tag/ecommerce/"


@dataclass(frozen=True, slots=True)
class Answer:
    """One page as it was answered."""

    path: str
    status: str
    body: bytes

    @property
    def zipped(self) -> int:
        return len(gzip.compress(self.body, 6))


def call(app: WSGIApplication, path: str) -> Answer:
    """Ask once."""
    said: list[str] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        said.append(status)

    body = b"".join(_closed(app(environ_for(path), start_response)))
    return Answer(path, said[0], body)


def _closed(answer: Iterable[bytes]) -> list[bytes]:
    try:
        return list(answer)
    finally:
        close = getattr(answer, "close", None)
        if close is not None:
            close()


def environ_for(path: str) -> WSGIEnvironment:
    headers = [("Accept", "text/html,*/*;q=0.8"), ("User-Agent", "bench")]
    return EnvironBuilder(path, base_url="http://bench.example", headers=headers).get_environ()


def requests_of(app: WSGIApplication, path: str) -> Work:
    """Return what is measured: one request, its answer read to the end."""
    environ = environ_for(path)

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        pass

    def work() -> None:
        _closed(app(dict(environ), start_response))

    return work


def bare_wsgi(body: bytes) -> WSGIApplication:
    """Return the cheapest app there is."""
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(body))),
    ]

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", headers)
        return [body]

    return app


def bare_flask(body: bytes) -> WSGIApplication:
    """Return a Flask app whose one route answers with these bytes."""
    app = Flask("bare", static_folder=None, template_folder=None)
    app.add_url_rule("/", "bare", lambda: Response(body, mimetype="text/html"))
    return app.wsgi_app


def pages(made: BenchSite) -> Mapping[str, str]:
    """Return the addresses to measure on a site, by what they are."""
    with made.app.app_context():
        archive = made.site.archives.term("ecommerce")
        assert archive is not None
        size = 10
        deep = -(-archive.count // size) * 9 // 10
        middle = archive_posts(
            made.site.db.reading(), made.site.posts.mapper(), archive, limit=1, offset=20
        )
    found = {
        "tag archive": TAG,
        "tag archive, deep page": f"{TAG}page/{deep}/",
        "home": "/",
        "post": middle[0].url,
        "tags": "/tags/",
    }
    for feed in made.site.contributions.feeds:
        found[f"tag feed, {feed.title}"] = TAG + feed.suffix
    return found
