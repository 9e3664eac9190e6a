"""The editor's panel: which series a post belongs to, and as which part."""

from __future__ import annotations

from collections.abc import Mapping

from blogengine.api import EditorPanel, Markup, PanelForm, Post, Site

LONGEST_NAME = 200
MOST_PARTS = 500


def show(site: Site, post: Post | None, form: PanelForm) -> Markup:
    """Draw the two fields."""
    name = name_of(site, post)
    number = ""
    if post is not None and name:
        number = str(part_of(site, post, name))
    known = ", ".join(term.name for term in site.terms.of("series").known(limit=8))
    hint = f"Such as: {known}." if known else "Empty: the post stands for itself."
    return form.text("name", "Series", name, hint=hint) + form.text(
        "part", "Part", number, hint="Empty: after the last one."
    )


def check(_site: Site, values: Mapping[str, str]) -> Mapping[str, str]:
    """Refuse what can't be a name or a number."""
    wrong = {}
    if len(values.get("name", "")) > LONGEST_NAME:
        wrong["name"] = f"A name may have {LONGEST_NAME} characters."
    part = values.get("part", "").strip()
    if part and not (part.isascii() and part.isdigit() and 0 < int(part[:9]) <= MOST_PARTS):
        wrong["part"] = f"Give a number from 1 to {MOST_PARTS}."
    return wrong


def save(site: Site, post: Post, values: Mapping[str, str]) -> None:
    """Put the post into the series, at its place."""
    name, part = values.get("name", "").strip(), values.get("part", "").strip()
    before = name_of(site, post)
    if name != before:
        draft = site.posts.draft(post.id)
        site.posts.edit(post.id, terms={**draft.terms, "series": (name,) if name else ()})
    if name and (name != before or part != str(part_of(site, post, name))):
        slug = slug_of(site, name)
        site.terms.of("series").place(slug, post, int(part) if part else MOST_PARTS)


def name_of(site: Site, post: Post | None) -> str:
    names = site.posts.draft(post.id).terms.get("series", ()) if post else ()
    return names[0] if names else ""


def part_of(site: Site, post: Post, name: str) -> int:
    """Return the post's number among the parts, whatever their state."""
    order = site.terms.of("series").arranged(slug_of(site, name))
    return order.index(post.id) + 1 if post.id in order else len(order) + 1


def slug_of(site: Site, name: str) -> str:
    """Return the slug of a series by its name, or by another name that stands for it."""
    terms = site.terms.of("series")
    folded = " ".join(name.split()).casefold()
    for one in terms.complete(name, limit=50):
        if one.name.casefold() == folded:
            return one.slug
    return next((term.slug for term in terms.known() if term.name.casefold() == folded), name)


PANEL = EditorPanel("series", "Series", show, save, check, order=45)
