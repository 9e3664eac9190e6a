"""Part n of m: what a post's page says of the other parts of its series."""

from __future__ import annotations

from dataclasses import dataclass

from blogengine.api import Markup, Post, Site, Term, WidgetContext

MOST_PARTS = 200


@dataclass(frozen=True, slots=True)
class Part:
    """A part as the page shows it."""

    title: str
    url: str
    here: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post stands in its series; `number` counts from 1."""

    name: str
    url: str
    number: int
    parts: tuple[Part, ...]

    @property
    def total(self) -> int:
        return len(self.parts)

    @property
    def earlier(self) -> Part | None:
        return self.parts[self.number - 2] if self.number > 1 else None

    @property
    def later(self) -> Part | None:
        return self.parts[self.number] if self.number < self.total else None


def before(ctx: WidgetContext) -> Markup | None:
    """Show which part this is, and all the others."""
    return _shown(ctx, "series/parts.html")


def after(ctx: WidgetContext) -> Markup | None:
    """Show the parts before and after this one."""
    return _shown(ctx, "series/next.html")


def _shown(ctx: WidgetContext, template: str) -> Markup | None:
    post = ctx.page.post
    series = [term for term in post.terms if term.taxonomy == "series"] if post else []
    if post is None or not series:
        return None
    place = ctx.once("series.place", lambda: place_of(ctx.site, post, series[0]))
    if place is None:
        return None
    ctx.depends_on(f"term:{series[0].id}")
    return ctx.render(template, place=place)


def place_of(site: Site, post: Post, term: Term) -> Place | None:
    """Return where a post stands among the public parts; None where it isn't one of them."""
    taxonomy = site.taxonomies["series"]
    archive = site.archives.term(term.slug, taxonomy=taxonomy)
    entries = site.archives.entries(archive, limit=MOST_PARTS) if archive else ()
    ids = [entry.id for entry in entries]
    if post.id not in ids:
        return None
    parts = tuple(Part(one.title, one.url, one.id == post.id) for one in entries)
    return Place(term.name, term.url, ids.index(post.id) + 1, parts)
