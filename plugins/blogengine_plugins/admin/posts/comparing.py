"""Two saves of one post: whose change to which field counts, and the page that asks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from blogengine.api import Post, Response, UserError, site
from blogengine_plugins.admin.posts.differences import differences
from blogengine_plugins.admin.posts.form import FIELDS, LABELS, shown, values_of, whole
from blogengine_plugins.admin.posts.joining import Joined, join

CHANGED_MEANWHILE = "post-changed-meanwhile"
MINE, THEIRS, JOINED = "mine", "theirs", "joined"


@dataclass(frozen=True, slots=True)
class Field:
    """A field that differs. `by` says who changed it: mine, theirs, or both."""

    name: str
    label: str
    mine: str
    theirs: str
    by: str


def differing(
    seen: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str]
) -> list[Field]:
    """Return the fields besides the text that differ, and whose change each is.

    `seen` is what the form showed at first; where that isn't known, both are said to have changed.
    """
    found = []
    for name in FIELDS:
        if name == "text" or name not in mine or mine[name] == theirs[name]:
            continue
        by = "both"
        if name in seen and seen[name] == mine[name]:
            by = THEIRS
        elif name in seen and seen[name] == theirs[name]:
            by = MINE
        found.append(Field(name, LABELS[name], mine[name], theirs[name], by))
    return found


def settled(
    fields: list[Field], theirs: Mapping[str, str], picks: Mapping[str, str]
) -> dict[str, str]:
    """Return the fields of the joined post: everybody's own changes, and what was picked."""
    values = dict(theirs)
    for field in fields:
        mine = field.by == MINE or (
            field.by == "both" and picks.get(f"pick-{field.name}", MINE) == MINE
        )
        if mine:
            values[field.name] = field.mine
    return values


def seen_by(mine: Mapping[str, str]) -> dict[str, str]:
    """Return what the form showed when it was opened."""
    try:
        found = json.loads(mine.get("seen", ""))
    except ValueError:
        return {}
    return {str(n): str(v) for n, v in found.items()} if isinstance(found, dict) else {}


def ancestor_of(post: Post, version: int) -> str | None:
    """Return the text that both began with; None when it isn't known."""
    for revision in site.posts.revisions(post.id):
        if revision.version == version:
            return shown(revision.source)
    return None


def compare_page(post_id: int, mine: Mapping[str, str], error: UserError) -> Response:
    """Keep what was sent in its slot, and ask how the two become one."""
    post = site.posts.get(post_id)
    version = whole(mine.get("version", ""))
    slot = site.autosaves.keep(mine, post=post, form=mine.get("form", ""), version=version)
    theirs = values_of(site.posts.draft(post_id), post.version)
    latest = site.posts.revisions(post_id)[0]
    text = mine.get("text", theirs["text"])
    ancestor = ancestor_of(post, version)
    joined = Joined(text, 0) if ancestor is None else join(ancestor, text, theirs["text"])
    start = theirs["text"] if ancestor is None else ancestor
    told = UserError(
        error.message,
        code=error.code,
        action="Nothing is lost: choose below what is to stand there now.",
        status=error.status,
    )
    return site.admin_page(
        f"Two versions of “{post.display_title}”",
        "admin/posts/compare.html",
        error=told,
        post=post,
        slot=slot,
        latest=latest,
        joined=joined,
        known=ancestor is not None,
        their_lines=differences(start, theirs["text"]),
        my_lines=differences(start, text),
        between=differences(theirs["text"], text),
        fields=differing(seen_by(mine), mine, theirs),
    )
