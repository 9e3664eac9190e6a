"""The blueprint of tags, and what its views share."""

from __future__ import annotations

from blogengine.api import Link
from blogengine_plugins.admin.entering import admin_blueprint

NUMBER = "int(max=2147483647)"
LIST = "/admin/tags/"
EDIT = "terms.edit"

blueprint = admin_blueprint("tags")

UP = Link(LIST, "Tags")


def undo_of(number: int) -> str:
    """Return the address that takes an act back, by POST; "" where nothing was done."""
    return f"{LIST}acts/{number}/undo/" if number else ""
