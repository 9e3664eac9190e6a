"""The same texts against the plugin of somebody who escapes nothing."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest

from blogengine.testing.blog import Blog
from tests.security.conftest import BUILT_IN, HERE, Build
from tests.security.sinks import sinks, texts
from tests.security.test_script_injection import SOME, TEXTS, harmless, number_of

pytestmark = pytest.mark.xdist_group("naive_script_injection")  # one site for all


@pytest.fixture(scope="module")
def guests(build: Build) -> Blog:
    blog = build(*BUILT_IN, naive=True)
    blog.post("A post", "About ships.", tags=["Sea"])
    return blog


def write(blog: Blog, **fields: str) -> None:
    fields = {"name": "Ann", "website": "https://ann.example/", "text": "Hello.", **fields}
    blog.site.limits  # noqa: B018 - the route's own limit counts by address
    answer = blog.send("/guestbook/", method="POST", data=fields, headers=HERE)
    assert answer.status_code == 302, (fields, answer.status_code, answer.text[:300])


@pytest.mark.parametrize("field", ["name", "website", "text"])
def test_what_guests_write_stands_there_as_text(guests: Blog, field: str) -> None:
    for number, vector in enumerate(SOME):
        where = {"REMOTE_ADDR": f"198.51.{number % 200}.7"}
        data = {"name": "Ann", "website": "/", "text": "Hello.", field: vector}
        answer = guests.send(
            "/guestbook/", method="POST", data=data, headers=HERE, environ_base=where
        )
        assert answer.status_code == 302, (vector, answer.status_code, answer.text[:500])
        for path in ("/", "/guestbook/"):
            page = guests.get(path)
            assert page.status_code == 200
            harmless(page, f"{path} {vector}")
            if field != "website":
                assert number_of(vector) in texts(page.text), (path, vector)


def test_an_honest_website_is_a_link(guests: Blog) -> None:
    write(guests, website="https://honest.example/me?a=1&b=2#c")
    page = guests.get("/guestbook/").text
    assert 'href="https://honest.example/me?a=1&amp;b=2#c"' in page


@pytest.mark.parametrize("vector", SOME, ids=range(len(SOME)))
def test_what_a_request_says_stands_there_as_text(guests: Blog, vector: str) -> None:
    names = ("greet", "more", "back", "picture", "to", "name", "text", "q", "who", "next")
    query = urlencode(dict.fromkeys(names, vector))
    paths = (
        "",
        "plain/",
        "tuple/",
        "response/",
        "json/",
        "manage/",
        f"find/{quote(vector, safe='')}/",
    )
    for path in paths:
        answer = guests.get(f"/guestbook/{path}?{query}")
        harmless(answer, f"{path} {vector}")
    assert number_of(vector) in texts(guests.get(f"/guestbook/?{query}").text)


@pytest.mark.parametrize("path", ["plain", "tuple", "response"])
def test_a_text_is_a_text_and_no_page(guests: Blog, path: str) -> None:
    answer = guests.get(f"/guestbook/{path}/?greet=Ann")
    assert answer.text == "<h1>Hello Ann</h1>"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.status_code == (201 if path == "tuple" else 200)


def test_a_naive_feed_is_well_formed_and_clean(guests: Blog) -> None:
    import feedparser

    for vector in [*TEXTS[:40], "a\x08b\x0bc\x1fd", "\ufffe\uffff", "]]>", "&amp;&nope;"]:
        guests.send(
            "/guestbook/",
            method="POST",
            data={"name": vector, "website": vector, "text": vector},
            headers=HERE,
            environ_base={"REMOTE_ADDR": f"203.0.{abs(hash(vector)) % 200}.9"},
        )
    answer = guests.get("/guests.xml")
    assert answer.status_code == 200
    read = feedparser.parse(answer.data)
    assert not read.bozo, read.get("bozo_exception")
    assert len(read.entries) > 40
    harmless(answer, "feed")


def test_the_naive_page_is_the_authors_page(guests: Blog) -> None:
    """The control: what an honest guest sees is what the author meant."""
    answer = guests.get("/guestbook/?greet=Ann&back=/tags/&picture=/favicon.ico&to=/guestbook/")
    assert answer.status_code == 200
    for part in (
        "<h1>Guestbook: hello Ann!</h1>",
        'title="Ann" class=Ann',
        "<p Ann>",
        '<a href="/tags/">',
        '<img src="/favicon.ico"',
        'action="/guestbook/"',
    ):
        assert part in answer.text, part
    assert sinks(answer.text, answer.headers) == []
