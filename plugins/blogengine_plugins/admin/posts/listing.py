"""The list of posts: narrowed by state, author and tag, searched, sorted, a slice at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from urllib.parse import urlencode

from blogengine.api import BlogError, Link, Response, may, request, site
from blogengine_plugins.admin.posts.form import may_choose_authors
from blogengine_plugins.admin.posts.routes import CREATE, EDIT, LIST, blueprint

STATES = (
    ("", "All"),
    ("draft", "Drafts"),
    ("scheduled", "Scheduled"),
    ("published", "Published"),
    ("private", "Private"),
    ("password", "Protected"),
    ("pinned", "Pinned"),
    ("trashed", "Trash"),
)
ACTS = (
    ("publish", "Publish", "posts.publish"),
    ("draft", "Make drafts", "posts.publish"),
    ("trash", "Move to the trash", "posts.delete"),
    ("restore", "Restore from the trash", "posts.delete"),
    ("tag", "Add the tag …", "posts.edit"),
    ("untag", "Remove the tag …", "posts.edit"),
    ("author", "Give to the author …", "people.read"),
)
KEPT = ("state", "kind", "author", "tag", "q", "sort")
"""What an address asks for; the rest of it isn't ours."""


def chosen_of(given: Mapping[str, str]) -> dict[str, str]:
    """Return what an address, or a form that carries it, asks for."""
    return {name: given[name] for name in (*KEPT, "after", "before") if given.get(name)}


@blueprint.get(LIST, permission=EDIT)
def posts() -> Response:
    """Show the list."""
    return show_list(chosen_of(request.args))


def show_list(
    chosen: dict[str, str], error: BlogError | None = None, picked: Collection[int] = ()
) -> Response:
    """Answer with a slice of the list; with an error those that were picked are picked again."""
    kept = {name: text for name, text in chosen.items() if name in KEPT}
    found, rows = site.lines.show(chosen)
    trashed = chosen.get("state") == "trashed"
    return site.admin_page(
        "Trash" if trashed else "Posts",
        "admin/posts/list.html",
        error=error,
        slice=found,
        rows=rows,
        chosen=chosen,
        kept={name: text for name, text in kept.items() if name != "q"},
        carried=kept,
        picked=picked,
        states=[_state(name, title, kept) for name, title in STATES],
        acts=[(name, title) for name, title, needs in ACTS if may(needs)],
        authors=site.users.all() if may_choose_authors() else (),
        may_create=may(CREATE),
        trashed=trashed,
    )


def _state(name: str, title: str, kept: dict[str, str]) -> tuple[str, Link]:
    wanted = {**kept, "state": name} if name else {n: t for n, t in kept.items() if n != "state"}
    return name, Link(LIST + (f"?{urlencode(wanted)}" if wanted else ""), title)
