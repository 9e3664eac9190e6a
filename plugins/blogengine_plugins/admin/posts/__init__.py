"""Writing: the list of posts, the editor, what was saved before, and links to drafts."""

from __future__ import annotations

from blogengine.api import AdminPage
from blogengine_plugins.admin.posts import (
    autosaves,
    bulk,
    deleting,
    editor,
    listing,
    previews,
    revisions,
)
from blogengine_plugins.admin.posts.routes import blueprint

__all__ = [
    "PAGES",
    "autosaves",
    "blueprint",
    "bulk",
    "deleting",
    "editor",
    "listing",
    "previews",
    "revisions",
]

PAGES = (
    AdminPage(
        "posts", "Posts", path="/admin/posts/", section="writing", permission="posts.edit", order=10
    ),
)
