"""`archive_widgets`: four lists from one row, which is always what the archives say."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from blogengine_plugins.archive_widgets import showing, summary
from blogengine_plugins.archive_widgets.models import Summary
from sqlalchemy import select

from blogengine.db import db
from blogengine.errors import Reject
from tests.conftest import Blog

NAME = "archive_widgets"


@pytest.fixture
def blog(make_blog: Callable[..., Blog]) -> Blog:
    made = make_blog(plugins=[NAME])
    made.run("plugin", "enable", NAME, "--quiet")
    return made


def items(blog: Blog, name: str, path: str = "/") -> list[tuple[str, str]]:
    """Return address and text of a widget's links."""
    html = blog.get(path).text
    section = re.search(rf'<section class="widget widget-{NAME}-{name}".*?</section>', html, re.S)
    links = re.findall(r'<a[^>]* href="([^"]*)"[^>]*>(.*?)</a>', section[0] if section else "")
    return [(url, re.sub(r"<[^>]*>", "", text)) for url, text in links]


def fill(blog: Blog) -> None:
    for name in ("Ann", "Ben"):
        blog.site.users.create(name)
    for number in range(8):
        moment = datetime(2026, 1 + number // 4, 1 + number, 12, tzinfo=UTC)
        tags = ["Tea"] + (["Ships"] if number < 3 else []) + (["Maps"] if number == 5 else [])
        author = "ann" if number else "ben"
        blog.post(f"Post {number}", published_at=moment, tags=tags, authors=(author,))


def test_four_lists_stand_beside_the_posts(blog: Blog) -> None:
    fill(blog)
    assert [text for _url, text in items(blog, "recent")] == [f"Post {n}" for n in (7, 6, 5, 4, 3)]
    assert items(blog, "tags") == [
        ("/tag/maps/", "Maps (1 post)"),
        ("/tag/ships/", "Ships (3 posts)"),
        ("/tag/tea/", "Tea (8 posts)"),
        ("/tags/", "All tags"),
    ]
    months = [("/2026/02/", "February 2026"), ("/2026/01/", "January 2026")]
    assert items(blog, "months") == months
    assert items(blog, "authors") == [("/author/ann/", "Ann"), ("/author/ben/", "Ben")]
    for url, _text in items(blog, "recent") + items(blog, "tags") + months:
        assert blog.get(url).status_code == 200
    assert "7 posts" in blog.get("/").text


def test_settings_say_how_many_and_none_is_no_widget(blog: Blog) -> None:
    fill(blog)
    values = ("recent=1", "tags=2", "months=0", "authors=1")
    assert blog.run("plugin", "settings", NAME, *values) == 0
    assert len(items(blog, "recent")) == 1
    assert [text for _url, text in items(blog, "tags")][:-1] == ["Ships (3 posts)", "Tea (8 posts)"]
    assert items(blog, "months") == items(blog, "authors") == []


def test_an_empty_blog_and_one_author_show_nothing_useless(blog: Blog) -> None:
    assert f"w-{NAME}" not in blog.get("/").text
    blog.site.users.create("Ann")
    blog.post("One", authors=("ann",))
    assert items(blog, "authors") == []
    assert len(items(blog, "recent")) == 1


def test_posts_from_before_are_there_before_anything_is_saved(
    make_blog: Callable[..., Blog],
) -> None:
    before = make_blog(plugins=[])
    post = before.post("Old")
    assert items(make_blog(plugins=[NAME], folder=before.folder), "recent") == [(post.url, "Old")]


def test_a_title_is_text_and_not_markup(blog: Blog) -> None:
    blog.post("<script>x</script>", tags=["<b>"])
    html = blog.get("/tags/").text
    assert "&lt;script&gt;x" in html and "<script>x" not in html
    assert "&lt;b&gt;" in html


def test_all_four_cost_a_page_one_statement(
    blog: Blog, make_blog: Callable[..., Blog], statements: Callable[..., Any]
) -> None:
    fill(blog)
    counts = []
    for plugins in ([], [NAME]):
        app = make_blog(plugins=plugins, folder=blog.folder).app
        client = app.test_client()
        with statements(app) as seen:
            assert client.get("/tag/tea/").status_code == 200
        counts.append(len(seen))
    assert counts[1] == counts[0] + 1


@pytest.mark.parametrize("seed", range(3))
def test_the_row_is_what_the_archives_say_whatever_is_done(blog: Blog, seed: int) -> None:
    dice, posts, ids = random.Random(seed), blog.site.posts, [blog.post("First", tags=["A"]).id]

    def stored() -> str | None:
        db.end_reading()
        return db.reading().execute(select(Summary.lists)).scalar()

    for _step in range(25):
        number = dice.choice(ids)
        actions: list[Callable[[], Any]] = [
            lambda: ids.append(blog.post("New", tags=[dice.choice("ABC")]).id),
            lambda number=number: posts.edit(number, title=dice.choice(("One", "Two"))),
            lambda number=number: posts.publish(number),
            lambda number=number: posts.unpublish(number),
            lambda number=number: posts.edit(number, terms={"tag": (dice.choice("ABC"),)}),
            lambda number=number: posts.edit(number, visibility=dice.choice(("private", "public"))),
        ]
        dice.choice(actions)()
        assert stored() == summary.collect(blog.site)
    assert "archive_widgets" in {
        key for (key,) in db.reading().exec_driver_sql("SELECT key FROM changes")
    }


def test_a_renamed_tag_is_taken_over_by_rebuild(blog: Blog) -> None:
    blog.post("One", tags=["Tea"])
    blog.site.terms.rename("tea", "Green tea")
    assert blog.run(NAME, "rebuild") == 0
    assert items(blog, "tags")[0] == ("/tag/green-tea/", "Green tea (1 post)")


def test_sizes_grow_with_the_count_and_stay_within_five() -> None:
    assert [showing.size(count, 81) for count in (1, 3, 9, 27, 81)] == [1, 2, 3, 4, 5]
    assert showing.size(1, 1) == showing.size(0, 0) == 1


def test_the_lists_are_stored_in_the_transaction_of_the_post(
    blog: Blog, statements: Callable[..., Any], with_hook: Callable[..., Any]
) -> None:
    """A save that comes to nothing leaves them, and nobody ever sees the one without the other."""
    post = blog.post("One", tags=["Tea"])
    with statements(blog.app) as done:
        blog.post("Two", tags=["Tea"])
    writes = [line for line in done if line.startswith(("UPDATE", "INSERT"))]
    assert any("archive_widgets_summary" in line for line in writes)
    with with_hook("on_post_saving", raises=Reject("No.")), pytest.raises(Reject):
        blog.site.posts.edit(post.id, title="Never", terms={"tag": ("Maps",)})
    assert [text for _url, text in items(blog, "recent")] == ["Two", "One"]
    with with_hook("on_post_deleting", raises=Reject("No.")), pytest.raises(Reject):
        blog.site.posts.purge(post.id)
    assert summary.parsed(stored(blog)) == summary.parsed(summary.collect(blog.site))
    blog.site.posts.purge(post.id)
    assert [text for _url, text in items(blog, "recent")] == ["Two"]


def test_a_change_of_the_text_alone_collects_nothing(
    blog: Blog, statements: Callable[..., Any]
) -> None:
    post = blog.post("One")
    with statements(blog.app) as done:
        blog.site.posts.edit(post.id, source="Other words.")
    assert not any("archive_widgets" in line for line in done)


def stored(blog: Blog) -> str:
    row = blog.site.db.reading().execute(select(Summary.lists)).scalar()
    assert row is not None
    return str(row)
