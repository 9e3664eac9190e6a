"""The editor's panel: known categories to tick, and a line for new ones."""

from __future__ import annotations

from collections.abc import Mapping

from blogengine.api import EditorPanel, Markup, PanelForm, Post, Site, Term

MOST_BOXES = 200
LONGEST_NAME = 200
INDENT = "– "


def show(site: Site, post: Post | None, form: PanelForm) -> Markup:
    """Draw a box for each category, indented by its level."""
    chosen = set(chosen_names(site, post))
    boxes = [
        form.tick(f"c{term.id}", f"{INDENT * level_of(term)}{term.name}", term.name in chosen)
        for term in site.terms.of("category").known(limit=MOST_BOXES)
    ]
    new = form.text("new", "New categories", "", hint="Separated by commas.")
    return Markup("").join([*boxes, new])


def check(_site: Site, values: Mapping[str, str]) -> Mapping[str, str]:
    """Refuse names that no category can have."""
    if any(len(name) > LONGEST_NAME for name in named(values)):
        return {"new": f"A name may have {LONGEST_NAME} characters."}
    return {}


def save(site: Site, post: Post, values: Mapping[str, str]) -> None:
    """Give the post the categories that were ticked or named."""
    ticked = [
        term.name
        for term in site.terms.of("category").known(limit=MOST_BOXES)
        if values.get(f"c{term.id}") == "1"
    ]
    wanted = tuple(dict.fromkeys([*ticked, *named(values)]))
    draft = site.posts.draft(post.id)
    if set(wanted) != set(draft.terms.get("category", ())):
        site.posts.edit(post.id, terms={**draft.terms, "category": wanted})


def chosen_names(site: Site, post: Post | None) -> tuple[str, ...]:
    return site.posts.draft(post.id).terms.get("category", ()) if post else ()


def named(values: Mapping[str, str]) -> list[str]:
    return [name.strip() for name in values.get("new", "").split(",") if name.strip()]


def level_of(term: Term) -> int:
    """Return how many categories stand above this one, as its address says."""
    return term.url.strip("/").count("/") - 1


PANEL = EditorPanel("categories", "Categories", show, save, check, order=40)
