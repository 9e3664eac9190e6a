"""Comments in a browser: by keyboard, and by the checkers of HTML and accessibility."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from blogengine_plugins.comments.models import Comment
from blogengine_plugins.comments.text import render
from werkzeug.serving import make_server

from blogengine.db import db
from tests.conftest import Blog
from tests.e2e.conftest import Axe, NewPage, NuChecker

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture
def blog(make_blog: Callable[..., Blog]) -> Blog:
    """A blog with the theme and a post that has a thread."""
    blog = make_blog(plugins=["comments", "theme_paper"])
    post = blog.post("Ships", "About ships.\n\n## Sails\n\nThey tear.")
    text = "What about *sails*? See `mast.c`.\n\nhttps://ships.example/" + "very-long/" * 20
    with db.write() as session:
        for number in range(1, 7):
            comment = Comment(
                post_id=post.id,
                parent_id=number - 1 or None,
                author=f"Reader {number}",
                website="https://reader.example" if number % 2 else "",
                state="rejected" if number == 2 else "approved",
                source=text,
                html=str(render(text)),
                created_at=datetime.now(UTC),
            )
            session.add(comment)
    return blog


@pytest.fixture
def address(blog: Blog) -> Iterator[str]:
    """The blog, served on a port of this machine."""
    server = make_server("127.0.0.1", 0, blog.app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.textContent"))


def tab_to(page: Page, what: str) -> None:
    """Press Tab until the element with this id or text has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if focused(page) == what:
            return
    raise AssertionError(f"Tab never reaches {what}")


def test_a_comment_is_written_mended_and_sent_by_keyboard(
    blog: Blog, address: str, new_page: NewPage
) -> None:
    page = new_page()
    page.goto(f"{address}{blog.site.posts.get(1).url}")
    tab_to(page, "w-comments-author")
    page.keyboard.type("Ann")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("ftp://ann.example")
    page.keyboard.press("Tab")
    assert focused(page) == "w-comments-text"
    page.keyboard.type("By hand.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/comments/post/1/")
    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#w-comments-website"
    page.fill("#w-comments-website", "ann.example")
    page.click("text=Send the comment")
    page.wait_for_url("**/comments/received/**")
    assert "By hand." in page.inner_text("main")


def test_pages_of_comments_pass_the_checkers(
    blog: Blog,
    address: str,
    new_page: NewPage,
    axe: Axe,
    nu_checker: NuChecker,
    tmp_path: Path,
) -> None:
    here = {"Sec-Fetch-Site": "same-origin"}
    wrong = {"author": "", "email": "x", "text": ""}
    right = {"author": "Ann", "text": "Hello *there*", "preview": "1"}
    pages = {
        "post": blog.get(blog.site.posts.get(1).url),
        "form": blog.get("/comments/post/1/"),
        "reply": blog.get("/comments/reply/1/"),
        "wrong": blog.send("/comments/post/1/", method="POST", data=wrong, headers=here),
        "preview": blog.send("/comments/reply/1/", method="POST", data=right, headers=here),
    }
    receipt = blog.send(
        "/comments/post/1/", method="POST", data={"author": "Ann", "text": "Hi"}, headers=here
    )
    pages["received"] = blog.get(receipt.headers["Location"])
    blog.site.posts.edit(1, comments_open=False)
    pages["closed"] = blog.get(blog.site.posts.get(1).url)
    pages["refused"] = blog.send("/comments/post/1/", method="POST", data=right, headers=here)
    assert nu_checker({f"{name}.html": page.text for name, page in pages.items()}) == []
    violations = []
    for scheme in ("light", "dark"):
        for width in (320, 1280):
            page = new_page(color_scheme=scheme, viewport={"width": width, "height": 800})
            for name, response in pages.items():
                file = tmp_path / f"{name}.html"
                file.write_bytes(response.data)
                page.goto(file.as_uri())
                violations += [f"{scheme} {width} {found}" for found in axe(page)]
                wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
                assert not wide, f"{name} scrolls sideways at {width} px"
    assert violations == []
