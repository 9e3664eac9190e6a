"""The list of posts: narrowed by state, author and tag, searched, sorted, a slice at a time."""

from __future__ import annotations

from urllib.parse import urlencode

from blogengine.api import Link, Response, may, request, site
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
KEPT = ("state", "kind", "author", "tag", "q", "sort")
"""What an address asks for; the rest of it isn't ours."""


def chosen_of(arguments: object = None) -> dict[str, str]:
    """Return what the address, or a form that carries it, asks for."""
    given = request.args if arguments is None else request.form
    return {name: given[name] for name in (*KEPT, "after", "before") if given.get(name)}


@blueprint.get(LIST, permission=EDIT)
def posts() -> Response:
    """Show the list."""
    chosen = chosen_of()
    kept = {name: text for name, text in chosen.items() if name in KEPT}
    found, lines = site.lines.show(chosen)
    trashed = chosen.get("state") == "trashed"
    return site.admin_page(
        "Trash" if trashed else "Posts",
        "admin/posts/list.html",
        slice=found,
        rows=lines,
        chosen=chosen,
        kept={name: text for name, text in kept.items() if name != "q"},
        carried=kept,
        states=[_state(name, title, kept) for name, title in STATES],
        authors=site.users.all() if may_choose_authors() else (),
        may_create=may(CREATE),
        now=site.local,
    )


def _state(name: str, title: str, kept: dict[str, str]) -> tuple[str, Link]:
    wanted = {**kept, "state": name} if name else {n: t for n, t in kept.items() if n != "state"}
    return name, Link(LIST + (f"?{urlencode(wanted)}" if wanted else ""), title)
