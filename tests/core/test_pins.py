"""Pinned posts: on top of the home page for a time, each post on exactly one page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from blogengine.db import db
from blogengine.errors import UserError
from tests.conftest import Blog

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def blog(
    request: pytest.FixtureRequest, make_blog: Callable[..., Blog], freeze: Callable[..., Any]
) -> Iterator[Blog]:
    freeze(NOW)
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    made = make_blog(plugins=["feeds"], database_url=url, settings={"posts_per_page": 3})
    for number in range(7):
        made.post(f"Post {number}", published_at=NOW - (10 - number) * HOUR)
    yield made
    db.close()


def titles(blog: Blog, path: str) -> list[str]:
    return re.findall(r'<a class="p-name u-url"[^>]*>([^<]*)</a>', blog.get(path).text)


def pages(blog: Blog) -> list[str]:
    """Return the numbers of the posts on all pages of home, in their order."""
    found, number = [], 1
    while True:
        answer = blog.get("/" if number == 1 else f"/page/{number}/")
        if answer.status_code == 404:
            return [title.removeprefix("Post ") for title in found]
        found += titles(blog, "/" if number == 1 else f"/page/{number}/")
        number += 1


def id_of(blog: Blog, title: str) -> int:
    return next(post.id for post in blog.site.posts.find() if post.title == title)


def test_pins_stand_on_top_and_each_post_on_one_page(
    blog: Blog, statements: Callable[[Flask], AbstractContextManager[list[str]]]
) -> None:
    assert pages(blog) == list("6543210")
    with statements(blog.app) as plain:
        blog.get("/")
    for number in (1, 3):
        blog.site.posts.edit(id_of(blog, f"Post {number}"), pinned_from=NOW - HOUR)
    assert pages(blog) == list("3165420")
    with statements(blog.app) as pinned:
        blog.get("/")
    assert len(pinned) == len(plain)
    year = titles(blog, "/2026/")
    assert year == ["Post 6", "Post 5", "Post 4"]
    feed = blog.get("/feed/").text
    assert feed.index("Post 6") < feed.index("Post 5")
    assert "Post 1" not in feed
    for number in (0, 2, 4, 5, 6):
        blog.site.posts.edit(id_of(blog, f"Post {number}"), pinned_from=NOW - HOUR)
    assert pages(blog) == list("6543210")


def test_a_pin_begins_and_ends_at_its_minute(blog: Blog, freeze: Callable[..., Any]) -> None:
    number = id_of(blog, "Post 2")
    blog.site.posts.edit(number, pinned_from=NOW + HOUR, pinned_until=NOW + 3 * HOUR)
    assert titles(blog, "/")[0] == "Post 6"
    freeze(NOW + HOUR)
    assert titles(blog, "/")[0] == "Post 2"
    freeze(NOW + 3 * HOUR)
    assert titles(blog, "/")[0] == "Post 6"
    assert pages(blog) == list("6543210")


def test_what_is_not_public_is_not_on_top(blog: Blog) -> None:
    number = id_of(blog, "Post 2")
    blog.site.posts.edit(number, pinned_from=NOW - HOUR)
    for state in ({"visibility": "private"}, {"visibility": "public", "status": "trashed"}):
        blog.site.posts.edit(number, **state)
        assert pages(blog) == list("654310")
    blog.site.posts.restore(number)
    assert pages(blog) == list("2654310")
    blog.site.posts.purge(number)
    assert pages(blog) == list("654310")
    with pytest.raises(UserError, match="ends before"):
        later = NOW + HOUR
        blog.site.posts.edit(id_of(blog, "Post 1"), pinned_from=later, pinned_until=NOW)


def test_words_for_the_head(blog: Blog) -> None:
    blog.site.posts.edit(
        id_of(blog, "Post 1"), seo_title="For engines", seo_description="What they quote."
    )
    html = blog.get(blog.site.posts.get(id_of(blog, "Post 1")).url).text
    assert "<title>For engines</title>" in html
    assert 'name="description" content="What they quote."' in html
    assert "For engines" not in blog.get("/").text
    with pytest.raises(UserError, match="address of a picture"):
        blog.site.posts.edit(id_of(blog, "Post 1"), featured_image="javascript:alert(1)")
