"""`hashtags`: a last line of #words gives tags, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from blogengine_plugins.hashtags import MOST, hashtags

from tests.conftest import Blog


@pytest.fixture
def blog(make_blog: Callable[..., Blog]) -> Blog:
    return make_blog(plugins=["hashtags"])


def names(blog: Blog, post_id: int) -> list[str]:
    return [tag.name for tag in blog.site.posts.get(post_id).tags]


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("Text.\n\n#Tea #GreenTea", ["Tea", "GreenTea"]),
        ("Text.\r\n#Tea,\t#Größe   \r\n\r\n", ["Tea", "Größe"]),
        ("#日本 #snake_case #half-way #2026a", ["日本", "snake_case", "half-way", "2026a"]),
        ("```\ncode\n```\n#Tea", ["Tea"]),
        ("Text.\n#Tea and more", []),
        ("#Tea\n\nText.", []),
        ("# Tea", []),
        ("#42 #43", []),
        ("    #Tea", []),
        ("```\n#Tea", []),
        ("~~~~\n```\n~~~\n#Tea", []),
        ("#Tea" * 2, []),
        (" ".join(f"#tag{n}" for n in range(MOST + 1)), []),
        ("#" + "x" * 61, []),
        ("", []),
    ],
)
def test_which_last_lines_are_tags(text: str, tags: list[str]) -> None:
    assert hashtags(text) == tags


def test_the_line_adds_tags_and_stays_byte_for_byte(blog: Blog) -> None:
    text = "About tea.\r\n\r\n#tea #Green-Tea  \r\n"
    post = blog.post("One", text, tags=["Mine", "Tea"])
    assert names(blog, post.id) == ["Mine", "Tea", "Green-Tea"]
    assert blog.site.posts.draft(post.id).source == text
    assert "One" in blog.get("/tag/green-tea/").text
    assert "#tea #Green-Tea" in blog.get(post.url).text


def test_a_tag_set_by_hand_stays_when_the_line_goes(blog: Blog) -> None:
    post = blog.post("One", "Text.\n\n#New", tags=["Mine"])
    blog.site.posts.edit(post.id, source="Text.")
    assert names(blog, post.id) == ["Mine", "New"]
    blog.site.posts.edit(post.id, terms={"tag": ("Mine",)})
    assert names(blog, post.id) == ["Mine"]


def test_html_is_left_alone(blog: Blog) -> None:
    assert names(blog, blog.post("One", "<p>x</p>\n#Tea", format="html").id) == []


def test_at_the_command_line(blog: Blog) -> None:
    assert blog.run("plugin", "enable", "hashtags") == 0
    assert blog.run("post", "new", "--text", "Hello.\n\n#Ships", "--publish") == 0
    (post,) = blog.site.posts.find()
    assert names(blog, post.id) == ["Ships"]
