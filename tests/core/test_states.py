"""Whatever is done to posts: what isn't public is in no list, and each public post on one page."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from blogengine.db import db
from blogengine.errors import UserError
from blogengine.values import Post
from tests.conftest import Blog

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
STEPS = 70


def change(blog: Blog, dice: random.Random, number: int, now: datetime) -> None:
    """Do something to a post; what a state doesn't allow is refused."""
    posts = blog.site.posts
    acts: list[Callable[[], object]] = [
        lambda: posts.publish(number),
        lambda: posts.publish(number, at=now + dice.randint(1, 4) * HOUR),
        lambda: posts.unpublish(number),
        lambda: posts.trash(number),
        lambda: posts.restore(number),
        lambda: posts.edit(number, visibility="private"),
        lambda: posts.edit(number, visibility="public"),
        lambda: posts.edit(number, visibility="password", password="open sesame"),
        lambda: posts.edit(number, pinned_from=now + dice.randint(-2, 2) * HOUR),
        lambda: posts.edit(
            number, pinned_from=now - HOUR, pinned_until=now + dice.randint(1, 3) * HOUR
        ),
        lambda: posts.edit(number, pinned_from=None, pinned_until=None),
    ]
    try:
        dice.choice(acts)()
    except UserError as error:
        assert error.code == "post-not-trashed"


def expected(posts: list[Post], now: datetime) -> list[str]:
    """Return the titles of home in their order, by what each post says of itself."""
    public = [post for post in posts if post.status == "published" and post.visibility == "public"]
    newest = sorted(public, key=lambda post: (post.published_at, post.id), reverse=True)

    def on_top(post: Post) -> bool:
        begun = post.pinned_from is not None and post.pinned_from <= now
        return begun and (post.pinned_until is None or post.pinned_until > now)

    return [post.title for post in sorted(newest, key=lambda post: not on_top(post))]


def home(blog: Blog) -> list[str]:
    titles: list[str] = []
    for number in range(1, 20):
        answer = blog.get("/" if number == 1 else f"/page/{number}/")
        if answer.status_code == 404:
            break
        titles += re.findall(r'<a class="p-name u-url"[^>]*>([^<]*)</a>', answer.text)
    return titles


def test_lists_say_what_the_states_say_whatever_is_done(
    make_blog: Callable[..., Blog], freeze: Callable[..., Any]
) -> None:
    dice = random.Random(29)
    now = NOW
    freeze(now)
    blog = make_blog(plugins=["feeds", "archive_widgets"], settings={"posts_per_page": 2})
    ids = [
        blog.post(f"Post {n}", published_at=NOW - (9 - n) * HOUR, tags=["Tag"]).id for n in range(6)
    ]
    for step in range(STEPS):
        change(blog, dice, dice.choice(ids), now)
        if step % 3 == 0:
            now += HOUR / 2
            freeze(now)
        shown = home(blog)  # whose first request publishes what is due
        db.end_reading()
        posts = [blog.site.posts.get(number) for number in ids]
        assert shown == expected(posts, now), f"step {step}"
        public = set(shown)
        if step % 7 == 0:
            feed = json.loads(blog.get("/feed.json").text)
            assert {item["title"] for item in feed["items"]} <= public
            tag = blog.get("/tag/tag/")
            assert tag.status_code == (200 if public else 404)
            for title in {post.title for post in posts} - public:
                for path in ("/feed/", "/tag/tag/", f"/{now.year}/", "/"):
                    assert title not in blog.get(path).text, f"step {step}, {path}"
    assert {post.status for post in posts} != {"published"}
