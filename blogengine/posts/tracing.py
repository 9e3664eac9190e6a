"""What the audit trail tells of a post: its state before and after, and what the act is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from blogengine.audit import CHANGED, Entry
from blogengine.models import PostRow, TermRow
from blogengine.posts.labels import Swap

TOLD = (
    "kind title slug path status visibility published_at parent_id format language comments_open "
    "pinned_from pinned_until featured_image featured_alt seo_title seo_description "
    "template source"
).split()
BECAME = {
    "published": "post.published",
    "scheduled": "post.scheduled",
    "draft": "post.unpublished",
    "trashed": "post.trashed",
}
SET = "set"


def state_of(row: PostRow) -> dict[str, Any]:
    """Return what a line may tell of a post; the text is told by its hash."""
    state: dict[str, Any] = {name: getattr(row, name) for name in TOLD}
    state["excerpt"] = row.hand_excerpt
    state["password"] = SET if row.password_hash else ""
    return state


def entry_of(
    row: PostRow, before: Mapping[str, Any] | None, fields: Iterable[str], swaps: Sequence[Swap]
) -> Entry:
    """Return the line for a save; `before` is None for a new post."""
    after = state_of(row)
    if "password" in fields:
        after["password"] = CHANGED
    labels_before = {swap.name: swap.before for swap in swaps}
    after |= {swap.name: swap.after for swap in swaps}
    if before is None:
        filled = {name: value for name, value in after.items() if value not in ("", b"", None)}
        return Entry("post.created", f"post:{row.id}", row.title, {}, filled)
    act = _act(before, after, set(fields))
    return Entry(act, f"post:{row.id}", row.title, {**before, **labels_before}, after)


def _act(before: Mapping[str, Any], after: Mapping[str, Any], fields: set[str]) -> str:
    if before["status"] == after["status"]:
        return "post.moved" if fields <= {"path", "slug", "html"} else "post.edited"
    if before["status"] == "trashed":
        return "post.restored"
    return BECAME[after["status"]]


def moved(row: PostRow, path: str | None) -> Entry:
    """Return the line for a page whose address changed with that of the page above it."""
    return Entry("post.moved", f"post:{row.id}", row.title, {"path": path}, {"path": row.path})


def deleted(row: PostRow) -> Entry:
    """Return the line for a post that is deleted for good, with all that was known of it."""
    known = {name: value for name, value in state_of(row).items() if value not in ("", b"", None)}
    return Entry("post.deleted", f"post:{row.id}", row.title, known)


def made_terms(swaps: Iterable[Swap]) -> list[Entry]:
    """Return a line for each term that a save made."""
    return [term_made(term) for swap in swaps for term in swap.made]


def term_made(term: TermRow) -> Entry:
    after = {"taxonomy": term.taxonomy, "name": term.name, "slug": term.slug}
    return Entry("term.created", f"term:{term.id}", term.name, {}, after)
