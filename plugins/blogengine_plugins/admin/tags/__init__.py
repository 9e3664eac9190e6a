"""Tags in order: the list, one tag with its tools, tags that may be one, and what was done."""

from __future__ import annotations

from blogengine.api import AdminPage
from blogengine_plugins.admin.tags import acts, listing, tools
from blogengine_plugins.admin.tags.routes import blueprint

__all__ = ["PAGES", "acts", "blueprint", "listing", "tools"]

PAGES = (
    AdminPage(
        "tags", "Tags", path="/admin/tags/", section="writing", permission="terms.edit", order=30
    ),
)
