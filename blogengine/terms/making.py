"""The row of a term that an act makes."""

from __future__ import annotations

from blogengine.slugs import fold, make_slug
from blogengine.terms.change import HISTORY
from blogengine.terms.shelf import Row, Shelf


def new_term(shelf: Shelf, name: str) -> Row:
    """Return the row of a term that is to be made, with an address that was never used."""
    wanted = make_slug(name) or "tag"
    slug, number = wanted, 1
    while _used(shelf, slug):
        number += 1
        slug = f"{wanted}-{number}"
    looks = dict.fromkeys(
        ("description", "description_html", "image", "colour", "seo_title", "seo_description"), ""
    )
    looks |= dict.fromkeys(("display", "sort", "template", "path"), "")
    shape = {"internal": False, "page_size": 0, "pins": "[]", "parent_id": None}
    return {
        "taxonomy": shelf.taxonomy.name,
        "slug": slug,
        "name": name,
        "folded": fold(name),
        **looks,
        **shape,
    }


def _used(shelf: Shelf, slug: str) -> bool:
    history = shelf.rows(HISTORY, slug=[slug])
    return bool(history) or shelf.by_slug(slug) is not None
