"""`writing_checks`: each check finds what it is for, and nothing in a sound post."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from blogengine.errors import Reject
from tests.conftest import Blog

NAME = "writing_checks"

SOUND = """
Words, [a link that says where](https://example.org/) and a note.[^1]

![A red door](door.jpg)

## One

### Two

## Three

[![Home](home.png)](/)

| what | how many |
|---|---|
| tea | 2 |

[^1]: The note.
"""


@pytest.fixture
def blog(make_blog: Callable[..., Blog]) -> Blog:
    return make_blog(plugins=[NAME, "figures", "alerts", "embeds"])


def found(blog: Blog, text: str, title: str = "A title", **fields: object) -> list[tuple[str, ...]]:
    """Return check, severity and position of what is found in a draft."""
    post = blog.post(title, text, status="draft", **fields)
    return [
        (check.removeprefix(f"{NAME}."), finding.severity, finding.position)
        for check, finding in blog.site.findings(post)
    ]


def test_a_sound_post_is_left_alone(blog: Blog) -> None:
    assert found(blog, SOUND) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("![](door.jpg)", [("images", "hint", "image 1 (door.jpg)")]),
        ("![a](a.png) ![ ](b.png)", [("images", "hint", "image 2 (b.png)")]),
        ("![](https://x.example/?id=3)", [("images", "hint", "image 1 (https://x.example/?id=3)")]),
        ("**Not a heading**", [("headings", "hint", "“Not a heading”")]),
        ("Some **bold** words", []),
        ("**A bold sentence.**", []),
        ("- **A list**", []),
        ("## Two\n\n#### Four", []),
        ("[](https://x.example/a/)", [("links", "stop", "link 1 (a)")]),
        ("[words]()", [("links", "stop", "link 1")]),
        ("[![](i.png)](https://x.example/there)", [("links", "stop", "link 1 (there)")]),
        ("See [Click  HERE…](https://x.example/a)", [("links", "hint", "link 1 (a)")]),
    ],
)
def test_each_check_finds_its_own(blog: Blog, text: str, what: list[tuple[str, ...]]) -> None:
    assert found(blog, text) == what


def test_imported_html_is_looked_at_too(blog: Blog) -> None:
    html = "<table><tr><td>1</td></tr></table><p><a href='//b/x'> </a><a id='n'></a></p><img src=q>"
    assert found(blog, html, format="html") == [
        ("images", "hint", "image 1 (q)"),
        ("links", "stop", "link 1 (x)"),
        ("tables", "hint", "table 1"),
    ]


def test_title_and_excerpt(blog: Blog) -> None:
    long = "word " * 150
    assert found(blog, "Short.", title="x" * 71) == [("title", "hint", "")]
    assert found(blog, "Short.", title=" ") == [("title", "hint", "")]
    assert found(blog, long) == [("excerpt", "hint", "")]
    assert found(blog, long, excerpt="In short.") == []
    assert found(blog, f"Teaser.\n\n<!--more-->\n\n{long}") == []
    assert found(blog, long, kind="page") == []
    blog.set(NAME, excerpt=False, longest_title=71, empty_words="hier entlang")
    assert found(blog, long, title="x" * 71) == []
    assert found(blog, "[Click here](https://x.example/a) [Hier entlang](https://x.example/b)") == [
        ("links", "hint", "link 2 (b)")
    ]


def test_the_owner_may_let_nobody_past_what_stops(blog: Blog) -> None:
    posts = blog.site.posts
    post = blog.post("One", "[](https://x.example/a)", status="draft")
    posts.publish(post.id)
    posts.unpublish(post.id)
    blog.set(NAME, always=True)
    with pytest.raises(Reject, match=r"^Link 1 \(a\): It has no words to click on\."):
        posts.publish(post.id)
    assert posts.get(post.id).status == "draft"
    posts.edit(post.id, source="[Where](https://x.example/a) ![](hint.png)")
    assert posts.publish(post.id).public
    posts.edit(
        post.id, source="[](https://x.example/a)"
    )  # what is public already can always be mended


def test_at_the_command_line(blog: Blog, capsys: pytest.CaptureFixture[str]) -> None:
    assert blog.run("post", "check", str(blog.post("One", SOUND).id)) == 0
    assert "plugin enable writing_checks" in capsys.readouterr().out
    assert blog.run("plugin", "enable", NAME) == 0
    post = blog.post("Two", "[](https://x.example/a)", status="draft")
    capsys.readouterr()
    assert blog.run("post", "check", "1") == 0
    assert capsys.readouterr().out == "The checks found nothing.\n"
    assert blog.run("post", "publish", str(post.id)) == 65
    said = capsys.readouterr().err
    assert "Stop: link 1 (a): It has no words to click on. Add some.\n" in said
    assert "the checks found something to mend first" in said
    assert blog.run("plugin", "settings", NAME, "always=true") == 0
    assert blog.run("post", "publish", str(post.id), "--anyway") == 65
    assert "The plugin writing_checks wants it so" in capsys.readouterr().err
