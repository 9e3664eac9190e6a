"""Texts that want to become scripts: stored in every writable field, and sent in every request.

What a page shows is read with the parser that browsers agree on. Nothing in it may run or load
something, the policy bypassed; and every text must be there to be read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import pytest
from werkzeug.test import TestResponse

from blogengine.errors import UserError
from blogengine.testing.blog import Blog
from tests.security.conftest import BUILT_IN, HERE, Build
from tests.security.sinks import sinks, texts
from tests.security.vectors import INTO, LINKS, every_markdown, every_text

pytestmark = pytest.mark.xdist_group("script_injection")  # one site for all

TEXTS = every_text()
BODIES = every_markdown()
SOME = [into.format(6000 + number) for number, into in enumerate(INTO)]
"""One of each kind, where a field takes one value only."""


def harmless(answer: TestResponse, where: str) -> None:
    """Nothing in an answer may run or load anything."""
    assert answer.status_code < 500, (where, answer.status_code)
    found = sinks(answer.text, answer.headers)
    assert found == [], (where, found[:5])


def number_of(vector: str) -> str:
    """Return the number that a vector carries: its text must be shown."""
    found = re.search(r"[6-9]\d{3}", vector)
    assert found is not None
    return found[0]


# --- stored ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stored:
    """A site in which every text stands in every field that takes it."""

    blog: Blog
    pages: tuple[str, ...]
    refused: tuple[str, ...]


@pytest.fixture(scope="module")
def stored(build: Build) -> Stored:
    blog = build(*BUILT_IN, settings={"site": {"posts_per_page": 100}})
    pages = ["/", "/tags/", "/nothing/"]
    refused = []
    for number, vector in enumerate(TEXTS):
        clean = vector.replace("\x00", "")
        try:
            author = blog.site.users.create(clean[:200])
            post = blog.post(
                clean,
                f"The text of {number_of(vector)}.",
                tags=[clean[:200]],
                authors=(author.slug,),
                excerpt=clean,
                kind="page" if number % 7 == 0 else "post",
            )
        except UserError as error:  # pragma: no cover - told below
            refused.append(f"{vector!r}: {error}")
            continue
        pages.append(post.url)
        if number % 4 == 0:
            pages += [author.url, post.tags[0].url]
            blog.site.terms.describe(post.tags[0].slug, clean)
    return Stored(blog, tuple(pages), tuple(refused))


def test_no_stored_text_becomes_a_script(stored: Stored) -> None:
    assert stored.refused == ()
    for page in stored.pages:
        harmless(stored.blog.get(page), page)


def test_every_stored_title_is_shown_as_it_was_written(stored: Stored) -> None:
    """The control: a site that drops what looks odd would pass the test above."""
    shown = "".join(
        texts(stored.blog.get(path).text)
        for path in ("/", "/page/2/", "/page/3/", "/tags/")
        if stored.blog.get(path).status_code == 200
    )
    pages = {post.title for post in stored.blog.site.posts.find(kind="page", limit=500)}
    missing = [
        vector
        for vector in TEXTS
        if vector.replace("\x00", "") not in pages
        and " ".join(vector.replace("\x00", "").split()) not in " ".join(shown.split())
    ]
    assert missing == []


def test_no_text_of_a_post_becomes_a_script(fresh: Build) -> None:
    blog = fresh()
    for number, body in enumerate(BODIES):
        for kind in ("markdown", "html") if number >= len(LINKS) else ("markdown",):
            post = blog.post("Body", body.replace("\x00", ""), format=kind)
            harmless(blog.get(post.url), body)
    blog.set("site", posts_per_page=100)
    for page in ("/", "/page/2/"):
        harmless(blog.get(page), page)


def test_honest_markup_of_a_post_is_kept(fresh: Build) -> None:
    """The control: what writers write stays what it is."""
    blog = fresh()
    source = "**bold** [a link](https://example.org/x?a=1#b) <kbd>Esc</kbd>\n\n![alt](/p.png)"
    html = blog.get(blog.post("Honest", source).url).text
    for part in (
        "<strong>bold</strong>",
        'href="https://example.org/x?a=1#b"',
        "<kbd>Esc</kbd>",
        'src="/p.png"',
    ):
        assert part in html


FEEDS = ("/feed/", "/feed/atom/", "/feed.json")


@pytest.mark.parametrize("path", FEEDS)
def test_feeds_hold_no_script(stored: Stored, path: str) -> None:
    """Readers' own sanitisers are their last resort, not ours: html in feeds is clean."""
    import feedparser

    answer = stored.blog.get(path)
    assert answer.status_code == 200
    if path.endswith("json"):
        bodies = [item.get("content_html", "") for item in json.loads(answer.data)["items"]]
    else:
        feedparser.SANITIZE_HTML = 0
        read = feedparser.parse(answer.data, sanitize_html=False)
        assert not read.bozo, read.get("bozo_exception")
        bodies = [part.value for entry in read.entries for part in entry.get("content", ())]
        bodies += [
            entry.summary
            for entry in read.entries
            if "html" in entry.get("summary_detail", {}).get("type", "")
        ]
    assert bodies
    for body in bodies:
        assert sinks(body, {"Content-Type": "text/html"}) == []


@pytest.fixture(scope="module")
def site(stored: Stored, build: Build) -> Blog:
    blog = build(*BUILT_IN)
    for name in ("One", "Two"):
        blog.post(name, "About ships and seas and sails.", tags=["Sea"])
    return blog


@pytest.mark.parametrize("vector", SOME, ids=range(len(SOME)))
def test_settings_and_widgets_show_texts(site: Blog, vector: str) -> None:
    """Title and tagline stand on every page, as the owner wrote them."""
    blog = site
    blog.set("site", title=vector[:200].replace("\x00", ""), tagline=vector.replace("\x00", ""))
    blog.site.widgets.entitle("related", vector.replace("\x00", "")[:200])
    for path in ("/", blog.site.posts.find()[0].url, "/tags/", "/nothing/"):
        answer = blog.get(path)
        harmless(answer, path)
        assert number_of(vector) in texts(answer.text)
    for path in FEEDS:
        assert blog.get(path).status_code == 200


@pytest.mark.parametrize("field", ["author", "website", "email", "text"])
def test_comments_show_texts(fresh: Build, field: str) -> None:
    blog = fresh(
        "comments",
        "theme_paper",
        settings={"comments": {"moderate": False, "most_per_sender": 1000}},
    )
    post = blog.post("A post")
    taken = 0
    for number, vector in enumerate({"text": BODIES, "author": TEXTS}.get(field, SOME)):
        where = {"REMOTE_ADDR": f"198.51.{number}.7"}  # the limit counts by network
        data = {"author": "Ann", "text": "Hello.", field: vector}
        address = f"/comments/post/{post.id}/"
        for extra in ({"preview": "1"}, {}):
            answer = blog.send(
                address,
                method="POST",
                data={**data, **extra},
                headers=HERE,
                environ_base=where,
            )
            assert answer.status_code in (200, 303, 422), (vector, answer.status_code)
            harmless(answer, vector)
        taken += answer.status_code == 303
        harmless(blog.get(answer.headers.get("Location", post.url)), vector)
    shown = blog.get(post.url)
    harmless(shown, field)
    if field in ("author", "text"):
        assert taken > len(TEXTS) * 0.9


# --- reflected ------------------------------------------------------------------------------------


def reflecting(vector: str) -> Iterator[str]:
    """Yield addresses that carry a text in each of their parts."""
    for path in ("/{}/", "/tag/{}/", "/tag/a+{}/", "/author/{}/", "/tag/{}/feed/", "/2026/{}/"):
        yield path.format(quote(vector, safe=""))
    yield f"/comments/received/{quote(vector, safe='')}/"
    for path in ("/", "/nothing/", "/tags/", "/search/", "/admin/login"):
        yield f"{path}?{urlencode({'q': vector, 's': vector, 'next': vector, vector: vector})}"


@pytest.mark.parametrize("vector", SOME, ids=range(len(SOME)))
def test_no_address_becomes_a_script(site: Blog, vector: str) -> None:
    blog = site
    for address in reflecting(vector):
        harmless(blog.get(address), address)
        as_json = blog.get(address, headers={"Accept": "application/json"})
        if as_json.status_code >= 400:
            assert "html" not in as_json.headers["Content-Type"]


@pytest.mark.parametrize("vector", SOME, ids=range(len(SOME)))
def test_no_header_and_no_refused_form_becomes_a_script(site: Blog, vector: str) -> None:
    blog = site
    line = (
        vector.replace("\x00", "").replace("\n", " ").encode("latin-1", "replace").decode("latin-1")
    )
    for name in ("Referer", "User-Agent", "Cookie", "X-Forwarded-For", "Accept-Language"):
        harmless(blog.get("/nothing/", headers={name: line}), name)
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    for headers in (HERE, elsewhere):
        answer = blog.send(
            "/comments/post/1/",
            method="POST",
            headers=headers,
            data={vector: vector, "text": vector},
        )
        harmless(answer, vector)
