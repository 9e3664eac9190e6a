"""The blueprint of writing, and what its views share."""

from __future__ import annotations

from blogengine.api import Link, Post, require, site
from blogengine_plugins.admin.entering import admin_blueprint

NUMBER = "int(max=2147483647)"
LIST = "/admin/posts/"
NEW = f"{LIST}new/"
CREATE, EDIT = "posts.create", "posts.edit"

blueprint = admin_blueprint("posts")


def own_post(post_id: int) -> Post:
    """Return a post that who acts may work on; raises NotFound, Denied."""
    post = site.posts.get(post_id)
    require(EDIT, post)
    return post


def address_of(post_id: int | None, part: str = "") -> str:
    """Return the address of a post's editor, or of a page below it."""
    return f"{LIST}{post_id}/{part}" if post_id else NEW + part


def trail_of(post: Post) -> tuple[Link, ...]:
    """Return the pages above one of a post's."""
    return (
        Link(LIST, "Pages" if post.kind == "page" else "Posts"),
        Link(address_of(post.id), post.display_title),
    )
