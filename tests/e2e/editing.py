"""A blog with its admin on a port of this machine, and somebody who is signed in and writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from werkzeug.serving import make_server

from blogengine.db import db
from blogengine.testing.blog import Blog, Workshop
from blogengine.values import Post
from tests.core.identity import make_owner

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

PLUGINS = ["admin", "media", "theme_paper"]


@dataclass(frozen=True)
class Room:
    """A served blog, and the cookie of its owner."""

    blog: Blog
    address: str
    cookie: str

    def enter(self, context: BrowserContext) -> None:
        """Let a browser in, as signing in does."""
        cookie: Any = {"name": "__Host-blogengine", "value": self.cookie, "path": "/"}
        here = {"domain": "127.0.0.1", "secure": True, "httpOnly": True, "sameSite": "Lax"}
        context.add_cookies([cookie | here])

    def open(self, page: Page, path: str) -> Page:
        """Open a page of the admin as the owner; an editor is there when its scripts have run."""
        self.enter(page.context)
        page.goto(self.address + path)
        return page

    def edit(self, page: Page, post: Post | None = None) -> Page:
        """Open the editor, and wait for what scripts add."""
        self.open(page, f"/admin/posts/{post.id if post else 'new'}/")
        page.locator("html[data-editor=ready]").wait_for()
        return page

    def post(self, number: int) -> Post:
        """Return a post as it is now in the database."""
        db.end_reading()
        return self.blog.site.posts.get(number)

    def stored(self, number: int) -> str:
        """Return a post's text as it is now in the database."""
        db.end_reading()
        return self.blog.site.posts.draft(number).source


@contextmanager
def room(
    workshop: Workshop, folder: Path, plugins: list[str] = PLUGINS, **words: Any
) -> Iterator[Room]:
    """Serve a blog with an owner; `words` such as settings are the workshop's."""
    blog = workshop.build(folder, plugins=plugins, required=True, **words)
    owner = make_owner(blog)
    server = make_server("127.0.0.1", 0, blog.app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Room(blog, f"http://127.0.0.1:{server.port}", owner.cookie)
    finally:
        server.shutdown()
        thread.join()
        blog.close()


def text_of(page: Page) -> Locator:
    """The field of the post's text."""
    return page.locator("#editor-text")


def tool(page: Page, label: str) -> Locator:
    """A button of the toolbar."""
    return page.get_by_role("toolbar").get_by_role("button", name=label, exact=True)
