"""Scheduled posts: summer time, clocks that jump, and a database that somebody else holds."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from blogengine.db import db
from tests.conftest import Blog

BERLIN = {"timezone": "Europe/Berlin"}


def published(blog: Blog, post: int) -> bool:
    db.end_reading()
    return blog.site.posts.get(post).status == "published"


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        # 02:30 doesn't exist in the night to summer time: it is taken with the offset of before.
        ("2031-03-30T02:30", "2031-03-30T01:30"),
        # In the night to winter time it comes twice: the first one counts.
        ("2031-10-26T02:30", "2031-10-26T00:30"),
        ("2032-02-29T09:00", "2032-02-29T08:00"),
    ],
)
def test_a_post_comes_once_in_the_nights_when_clocks_are_changed(
    make_blog: Callable[..., Blog], freeze: Callable[[datetime], datetime], local: str, utc: str
) -> None:
    blog = make_blog(plugins=[], settings=BERLIN)
    moment = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    freeze(moment - timedelta(hours=5))
    at = datetime.fromisoformat(local)
    post = blog.post("Night", status="scheduled", published_at=at)
    for minutes in range(-90, 0, 15):
        freeze(moment + timedelta(minutes=minutes))
        blog.get("/")
        assert not published(blog, post.id)
    for minutes in range(0, 180, 15):
        freeze(moment + timedelta(minutes=minutes))
        blog.get("/")
        assert published(blog, post.id)
    assert len(blog.site.posts.revisions(post.id)) == 2


@pytest.mark.parametrize("days", [3, -3])
def test_a_clock_that_jumps_publishes_once(
    make_blog: Callable[..., Blog], freeze: Callable[[datetime], datetime], days: int
) -> None:
    """Row 15 of the faults."""
    blog = make_blog(plugins=[])
    now = freeze(datetime(2031, 5, 1, 12, tzinfo=UTC))
    post = blog.post("Soon", status="scheduled", published_at=now + timedelta(hours=1))
    freeze(now + timedelta(days=days))
    blog.get("/")
    assert published(blog, post.id) == (days > 0)
    freeze(now + timedelta(hours=2))
    blog.get("/")
    freeze(now + timedelta(hours=1))
    blog.get("/")
    assert published(blog, post.id)
    assert len(blog.site.posts.revisions(post.id)) == 2


def test_a_due_post_and_a_long_writer_hold_up_nobody(
    make_blog: Callable[..., Blog], freeze: Callable[[datetime], datetime]
) -> None:
    """One request tries for a moment; the others show the page as it is."""
    blog = make_blog(plugins=[])
    now = freeze(datetime(2031, 5, 1, 12, tzinfo=UTC))
    post = blog.post("Soon", status="scheduled", published_at=now + timedelta(hours=1))
    freeze(now + timedelta(hours=1))
    answers: list[int] = []

    def visit() -> None:
        answers.append(blog.get("/").status_code)

    file = blog.folder / "instance" / "blog.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        visitors = [threading.Thread(target=visit) for _ in range(8)]
        for visitor in visitors:
            visitor.start()
        for visitor in visitors:
            visitor.join()
        took = time.monotonic() - began
        writer.execute("ROLLBACK")
    assert answers == [200] * 8
    assert took < 5, "The database's own patience is five seconds."
    assert not published(blog, post.id)
    blog.site.posts.publish_due()
    assert published(blog, post.id)
