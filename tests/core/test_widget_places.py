"""Where the owner wants widgets to stand: `blogengine widget`, and what pages show of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from blogengine.db import db
from tests.conftest import Blog
from tests.core.test_plugin_host import drop_in

WIDGETS = """
from pathlib import Path

from blogengine.api import *

plugin = Plugin(summary="Four widgets.")


def show(ctx):
    return f"title {ctx.title}"


@hookimpl
def register_widgets(site):
    return [
        Widget("one", "One", show, order=10),
        Widget("two", "Two", show, order=20),
        Widget("three", "Three", show, order=30),
        Widget("low", "Low", show, region="footer"),
        Widget("post", "Post", show, region="footer", pages={"post"}),
    ]


@hookimpl
def register_themes(site):
    return [
        Theme("foot", "Foot", Path(__file__).parent, regions=("header", "footer")),
        Theme("none", "None", Path(__file__).parent, regions=("header",)),
    ]
"""


@pytest.fixture
def blog(make_blog: Callable[..., Blog], tmp_path: Path) -> Blog:
    drop_in(tmp_path / "site", "four", WIDGETS)
    made = make_blog(folder=tmp_path / "site", plugins=["four"])
    assert made.run("plugin", "enable", "four", "--quiet") == 0
    return made


def shown(blog: Blog, path: str = "/") -> dict[str, list[str]]:
    """Return the widgets of sidebar and footer in the order of a page."""
    html = blog.get(path).text
    aside = re.search(r"<aside.*?</aside>", html, re.DOTALL)
    footer = re.search(r"<footer.*?</footer>", html, re.DOTALL)
    return {
        name: re.findall(r'id="w-four-(\w+)"', found[0] if found else "")
        for name, found in (("sidebar", aside), ("footer", footer))
    }


def listed(blog: Blog, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert blog.run("widget", "list", "--json") == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_a_running_site_follows_the_owner(blog: Blog) -> None:
    assert shown(blog) == {"sidebar": ["one", "two", "three"], "footer": ["low"]}
    for arguments, sidebar in (
        (("place", "four-three", "sidebar", "--before", "four-two"), ["one", "three", "two"]),
        (("place", "four-two", "sidebar", "--position", "1"), ["two", "one", "three"]),
        (("place", "four-two", "sidebar", "--position", "99"), ["one", "three", "two"]),
        (("place", "four-one", "sidebar"), ["three", "two", "one"]),
        (("hide", "four-two"), ["three", "one"]),
        (("show", "four-two"), ["three", "two", "one"]),
        (("place", "four-low", "sidebar", "--position", "2"), ["three", "low", "two", "one"]),
        (("reset", "four-low"), ["three", "two", "one"]),
        (("reset",), ["one", "two", "three"]),
    ):
        assert blog.run("widget", *arguments) == 0, arguments
        assert shown(blog)["sidebar"] == sidebar, arguments


def test_a_moved_widget_stays_with_its_kinds_of_page(blog: Blog) -> None:
    post = blog.post("One").url
    assert blog.run("widget", "place", "four-post", "sidebar") == 0
    assert "post" not in shown(blog)["sidebar"]
    assert shown(blog, post) == {"sidebar": ["one", "two", "three", "post"], "footer": ["low"]}


def test_a_title_of_the_owner_is_the_widgets(blog: Blog) -> None:
    assert "title One" in blog.get("/").text
    assert blog.run("widget", "title", "four-one", " <b>My  own ") == 0
    assert "title &lt;b&gt;My own" in blog.get("/").text
    assert blog.run("widget", "title", "four-one", "") == 0
    assert "title One" in blog.get("/").text
    assert blog.run("widget", "title", "four-one", "x" * 300) == 65


def test_a_place_is_kept_while_the_plugin_is_away(
    blog: Blog, make_blog: Callable[..., Blog], capsys: pytest.CaptureFixture[str]
) -> None:
    assert blog.run("widget", "place", "four-three", "footer", "--position", "1") == 0
    assert blog.run("widget", "hide", "four-one") == 0
    assert blog.run("plugin", "disable", "four", "--quiet") == 0
    rows = [row for row in listed(blog, capsys) if row["name"].startswith("four-")]
    assert [(row["name"], row["region"], row["hidden"]) for row in rows] == [
        ("four-one", "sidebar", True),
        ("four-three", "footer", False),
        ("four-low", "footer", False),
        ("four-post", "footer", False),
    ]
    assert {(row["note"], row["shown_in"]) for row in rows} == {("its plugin isn't running", "")}
    without = make_blog(folder=blog.folder, plugins=[])
    assert without.get("/").status_code == 200
    assert blog.run("plugin", "enable", "four", "--quiet") == 0
    again = make_blog(folder=blog.folder, plugins=["four"])
    assert shown(again) == {"sidebar": ["two"], "footer": ["three", "low"]}


@pytest.mark.parametrize(
    ("theme", "expected", "note"),
    [
        ("foot", ["low", "one", "two", "three"], "the theme has no region sidebar"),
        ("none", [], "the theme has no region sidebar"),
    ],
)
def test_a_region_the_theme_lacks_falls_back_and_says_so(
    blog: Blog,
    make_blog: Callable[..., Blog],
    capsys: pytest.CaptureFixture[str],
    theme: str,
    expected: list[str],
    note: str,
) -> None:
    assert blog.run("theme", "use", theme) == 0
    dressed = make_blog(folder=blog.folder, plugins=["four"])
    assert shown(dressed) == {"sidebar": [], "footer": expected}
    row = next(row for row in listed(dressed, capsys) if row["name"] == "four-one")
    assert (row["region"], row["note"]) == ("sidebar", note)
    assert row["shown_in"] == ("footer" if expected else "")


def test_what_cannot_be_done_is_refused_and_changes_nothing(blog: Blog) -> None:
    before = shown(blog)
    for arguments, code in (
        (("place", "four-none", "sidebar"), 65),
        (("place", "four-one", "cellar"), 65),
        (("place", "four-one", "sidebar", "--before", "four-low"), 65),
        (("place", "four-one", "sidebar", "--position", "0"), 64),
        (("place", "four-one", "sidebar", "--position", "1", "--before", "four-two"), 64),
        (("hide", "four-none"), 65),
        (("reset", "four-none"), 65),
    ):
        assert blog.run("widget", *arguments) == code, arguments
    assert shown(blog) == before


def test_pages_ask_nothing_for_it_and_become_stale_by_their_key(
    blog: Blog, statements: Callable[..., Any]
) -> None:
    from blogengine.changes import since

    with statements(blog.app) as untouched:
        blog.get("/")
    assert blog.run("widget", "place", "four-three", "footer") == 0
    blog.get("/")  # reads the places once
    with statements(blog.app) as placed:
        blog.get("/")
    assert placed == untouched
    assert not any("widget_places" in statement for statement in placed)
    assert "widgets" in [key for _seq, key in since(db.reading(), 0)]
    with blog.app.test_request_context("/"):
        from flask import g

        blog.app.full_dispatch_request()
        assert "widgets" in g.surrogate_keys


def test_one_way_of_counting_for_widgets_of_a_page(
    make_blog: Callable[..., Blog], tmp_path: Path
) -> None:
    text = WIDGETS.replace(
        "def show(ctx):\n",
        "CALLS = []\n\n\ndef show(ctx):\n    ctx.once('four', lambda: CALLS.append(1))\n"
        "    return str(len(CALLS))\n\n\ndef unused(ctx):\n",
    )
    drop_in(tmp_path / "site", "four", text)
    blog = make_blog(folder=tmp_path / "site", plugins=["four"])
    for count in ("1", "2"):
        said = re.findall(r'id="w-four-\w+">(\d)<', blog.get("/").text)
        assert said == [count] * 4
