"""A page's statements don't grow with the blog, nor with the posts on the page."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context
from typing import Any

import pytest
from flask import Flask

from bench.sites import BenchSite, filled_site
from bench.statements import asked_by, objections, plan_of, traced
from bench.texts import load_texts
from blogengine.app import create_app
from tests.conftest import Blog

MOST = 6
TAG_PAGE = "/tag/ecommerce/"


def asked(app: Flask, path: str) -> list[str]:
    """Return the SELECTs and writes of one request, as SQLite itself sees them."""
    with traced(app) as seen:
        answer = Context().run(lambda: app.test_client().get(path))
    assert answer.status_code == 200
    return seen.statements


@pytest.mark.parametrize("posts", [10, 1_000, pytest.param(10_000, marks=pytest.mark.slow)])
def test_the_tag_archive_asks_at_most_six_statements(posts: int) -> None:
    """Also the first request of a new worker, and with the plugins of every new site."""
    with filled_site(load_texts(), posts) as made:
        fresh = create_app(made.site.config)
        running = {
            s.name for s in fresh.extensions["blogengine"].host.statuses() if s.state == "running"
        }
        assert running >= {"comments", "feeds", "related", "theme_paper"}
        first = asked(fresh, TAG_PAGE)
        assert len(first) <= MOST, first
        assert len(asked(fresh, TAG_PAGE)) <= MOST
        deep = [path for path in (f"{TAG_PAGE}page/2/", "/page/2/") if posts >= 1_000]
        for path in ("/", *deep):
            assert len(asked(fresh, path)) <= MOST
        for statement in first:
            assert not objections(plan_of(made.app, statement)), statement
        check_orders(made, posts)


def check_orders(made: BenchSite, posts: int) -> None:
    """A list in another order, with pins or of several tags, is read by an index as well."""
    app, terms = made.app, made.site.terms
    usual = asked_by(app, TAG_PAGE).steps
    with app.app_context():
        archive = made.site.archives.term("ecommerce")
        assert archive is not None
        pins = [post.id for post in made.site.posts.by_ids([3, 5])]
    for sort in ("oldest", "updated", "manual"):
        for on_top in ([], pins):
            with app.app_context():
                terms.describe("ecommerce", sort=sort, pins=on_top)
            for path in (TAG_PAGE, f"{TAG_PAGE}page/2/") if posts >= 1_000 else (TAG_PAGE,):
                seen = asked_by(app, path)
                assert len(seen.statements) <= MOST, (sort, seen.statements)
                assert seen.steps <= 3 * usual, (sort, on_top, path, seen.steps, usual)
                for statement in seen.statements:
                    assert not objections(plan_of(app, statement)), statement
    with app.app_context():
        terms.describe("ecommerce", sort="", pins=[])


def test_a_template_asks_nothing(
    make_blog: Callable[..., Blog], statements: Callable[..., Any]
) -> None:
    """Rendering ten posts costs what rendering one does."""
    blog = make_blog()
    blog.site.users.create("Ann")
    counts = []
    for number in range(10):
        blog.post(f"Post {number}", tags=["Alpha", f"T{number}"], authors=("ann",))
        if number in (0, 9):
            with statements(blog.app) as seen:
                assert blog.get("/tag/alpha/").status_code == 200
            counts.append(len(seen))
    assert counts[0] == counts[1] <= MOST
