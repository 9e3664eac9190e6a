"""`copy_code`: the button is an enhancement; what it does is tried in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.conftest import Blog

CODE = "```python\nprint(1)\n```"


def test_pages_with_posts_load_the_script_and_others_do_not(
    make_blog: Callable[..., Blog],
) -> None:
    blog = make_blog(plugins=["copy_code"])
    post = blog.post("One", CODE, tags=["Alpha"])
    for path in (post.url, "/", "/tag/alpha/"):
        answer = blog.get(path)
        (script,) = re.findall(r'<script src="([^"]*)"', answer.text)
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert blog.get(script).status_code == 200
        assert "<button" not in answer.text
    assert "<script src" not in blog.get("/tags/").text
    assert "script-src" not in blog.get("/tags/").headers["Content-Security-Policy"]


def test_off_it_leaves_nothing(make_blog: Callable[..., Blog]) -> None:
    blog = make_blog(plugins=[])
    answer = blog.get(blog.post("One", CODE).url)
    assert "copy-code" not in answer.text
    assert "script-src" not in answer.headers["Content-Security-Policy"]
