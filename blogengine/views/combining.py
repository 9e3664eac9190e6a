"""Addresses that combine terms: `a+b` (both), `a,b` (either), `a+-b` (the first without the other).

Each combination has one address, with its terms sorted; every other spelling leads there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import quote

from werkzeug.exceptions import NotFound as NotFoundPage

from blogengine.errors import Gone, Lost
from blogengine.languages import translator
from blogengine.queries.tagging import gone_term
from blogengine.queries.term_archives import known_terms, moved_term
from blogengine.site import Site
from blogengine.taxonomies import TAG, Taxonomy
from blogengine.values import Archive

_ = translator(__name__)

MOST_TERMS = 5
"""Terms that one address may combine; more would cost without being of use to anybody."""


@dataclass(frozen=True, slots=True)
class Combination:
    """What an address asks for."""

    slugs: tuple[str, ...]
    match: str = "all"
    without: tuple[str, ...] = ()

    @property
    def several(self) -> bool:
        return len(self.slugs) > 1 or bool(self.without)


def read_combination(text: str, *, levels: bool = False) -> Combination | None:
    """Return what an address asks for; None for one that can't mean anything.

    With `levels` a single entry may be written with those above it; the last part names it.
    """
    if "\x00" in text or ("," in text and "+" in text):
        return None
    match = "any" if "," in text else "all"
    parts = text.split("," if match == "any" else "+")
    if levels and len(parts) == 1:
        parts = [text.rpartition("/")[2]]
    without = tuple(part[1:] for part in parts if part.startswith("-") and match == "all")
    slugs = tuple(part for part in parts if match == "any" or not part.startswith("-"))
    if not slugs or len(parts) > MOST_TERMS or not all((*slugs, *without)):
        return None
    if "/" in "".join((*slugs, *without)) or {*slugs} & {*without}:
        return None
    return Combination(slugs, match, without)


def todays(site: Site, taxonomy: Taxonomy, asked: Combination) -> Combination:
    """Return the combination with today's slugs of renamed terms.

    Raises NotFound for a term nobody knows, with a way to those that are known, and Gone.
    """
    every = (*asked.slugs, *asked.without)
    connection = site.db.reading()
    known = {
        one.slug: one for one in known_terms(connection, site.archives.mapper(), taxonomy, every)
    }
    names = {}
    for slug in every:
        name = slug if slug in known else moved_term(connection, taxonomy, slug)
        if name is None:
            named = [known[one] for one in asked.slugs if one in known]
            link = (named[0].url, f"{taxonomy.title}: {named[0].name}") if named else None
            raise _lost(site, taxonomy, slug, link if asked.several else None)
        names[slug] = name
    return replace(
        asked,
        slugs=tuple(names[slug] for slug in asked.slugs),
        without=tuple(names[slug] for slug in asked.without),
    )


def _lost(site: Site, taxonomy: Taxonomy, slug: str, known: tuple[str, str] | None) -> Exception:
    """Return the answer for a term that isn't there: gone if it was deleted, else not found."""
    gone = gone_term(site.db.reading(), taxonomy.name, slug)
    if gone is None:
        if known is None:
            return NotFoundPage()
        return Lost(
            f"There is no {taxonomy.title.lower()} “{slug}”.",
            code="term-unknown",
            action="Look here instead:",
            pointer=known,
        )
    name, other, title = gone
    pointer = (f"/{taxonomy.path}/{quote(other)}/", f"{taxonomy.title}: {title}")
    everything = (
        taxonomy.index or "/",
        f"All {taxonomy.plural.lower()}" if taxonomy.index else "All posts",
    )
    return Gone(
        _("The tag “%(name)s” was deleted; its posts are still there.", name=name)
        if taxonomy.name == TAG.name
        else f"The {taxonomy.title.lower()} “{name}” was deleted; its posts are still there.",
        code="tag-deleted",
        action="Look here instead:" if other else f"Look through {everything[1].lower()} instead.",
        pointer=pointer if other else everything,
    )


def nothing_in_common(taxonomy: Taxonomy, archive: Archive) -> Exception:
    """Return the answer for a combination of known terms that no post fits."""
    one = archive.terms[0]
    return Lost(
        f"No post fits “{archive.name}”.",
        code="combination-empty",
        action="Look here instead:",
        pointer=(one.url, f"{taxonomy.title}: {one.name}"),
    )
