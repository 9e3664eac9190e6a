"""`site_identity`: what the owner sets stands in the head, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.conftest import Blog

NAME = "site_identity"


@pytest.fixture
def blog(make_blog: Callable[..., Blog]) -> Blog:
    made = make_blog(plugins=[NAME, "theme_paper"])
    assert made.run("plugin", "enable", NAME) == 0
    return made


def put(blog: Blog, *values: str) -> int:
    return blog.run("plugin", "settings", NAME, *values)


def test_nothing_is_said_until_something_is_set(blog: Blog, make_blog: Callable[..., Blog]) -> None:
    assert blog.get("/").text == make_blog(plugins=["theme_paper"]).get("/").text


def test_what_is_set_stands_in_the_head(blog: Blog) -> None:
    profiles = "https://social.example/@ann\n\n  mailto:ann@blog.example\r\n"
    assert put(blog, f"profiles={profiles}", "fediverse_creator=@ann@social.example") == 0
    assert put(blog, "verifications=google-site-verification a b\np:domain_verify c") == 0
    post = blog.post("One").url
    for path in ("/", post):
        html = blog.get(path).text
        assert re.findall(r'<link rel="me" href="([^"]*)">', html) == [
            "https://social.example/@ann",
            "mailto:ann@blog.example",
        ]
        assert '<meta name="fediverse:creator" content="@ann@social.example">' in html
    home = blog.get("/").text
    assert '<meta name="google-site-verification" content="a b">' in home
    assert '<meta name="p:domain_verify" content="c">' in home
    assert "verif" not in blog.get(post).text
    assert "@ann" not in blog.get("/missing/").text


def test_its_colour_of_the_bar_wins_over_the_themes(blog: Blog) -> None:
    assert put(blog, "theme_color_dark=#010203") == 0
    found = re.findall(r'theme-color" content="([^"]*)"', blog.get("/").text)
    assert sorted(found) == ["#010203", "#fcfbf8"]


@pytest.mark.parametrize(
    "value",
    [
        "profiles=javascript:alert(1)",
        "profiles=https://a.example\nhttp://b.example",
        "profiles=not an address",
        "fediverse_creator=ann",
        "verifications=onlyname",
        "theme_color_light=red",
        "theme_color_light=#12345",
    ],
)
def test_a_value_of_another_form_is_refused_with_an_example(
    blog: Blog, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert put(blog, value) == 65
    assert "must look like" in capsys.readouterr().err
