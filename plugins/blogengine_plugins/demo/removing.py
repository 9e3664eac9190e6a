"""Removing the samples, and nothing that is the owner's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from blogengine.api import Site, Taxonomy, delete, select
from blogengine_plugins.demo.models import AUTHOR, POST, TAG, Item
from blogengine_plugins.demo.samples import SERIES, mark_of, sample_series


@dataclass(frozen=True, slots=True)
class Doomed:
    """A sample post that goes, with its title to show."""

    id: int
    title: str


@dataclass(frozen=True, slots=True)
class Removal:
    """What goes, and the titles of samples that stay because the owner has written in them."""

    posts: tuple[Doomed, ...]
    kept: tuple[str, ...]
    tags: tuple[str, ...]
    authors: tuple[str, ...]


def plan(site: Site) -> Removal:
    """Return what a removal would do.

    A sample whose title or text the owner has changed is the owner's work by now: it stays, and
    is no sample any more. One that was only published, tagged or moved to the trash goes.
    """
    query = select(Item.kind, Item.name, Item.mark).order_by(Item.name)
    items = site.db.reading().execute(query).fetchall()
    posts: list[Doomed] = []
    kept: list[str] = []
    for item in items:
        number = site.posts.id_of(item.name) if item.kind == POST else None
        if number is None:
            continue
        draft = site.posts.draft(number)
        if mark_of(draft) == item.mark:
            posts.append(Doomed(number, draft.title))
        else:
            kept.append(draft.title)
    return Removal(
        tuple(posts),
        tuple(kept),
        tuple(item.name for item in items if item.kind == TAG),
        tuple(item.name for item in items if item.kind == AUTHOR),
    )


def remove(
    site: Site, removal: Removal, progress: Callable[[int, int, str], None]
) -> tuple[int, int]:
    """Carry a removal out; return how many tags and authors went.

    Revisions and comments go with their post. A tag or author goes only if no post is left with
    it. Posts go first and one by one, so a removal that was cut off is simply repeated.
    """
    for number, post in enumerate(removal.posts, start=1):
        site.posts.purge(post.id)
        progress(number, len(removal.posts), post.title)
    tags = site.terms.delete_unused(removal.tags)
    # Whether the plugin that shows them is on or off by now.
    series = Taxonomy(SERIES, "Series", "Series", SERIES)
    replace(site.terms, taxonomy=series).delete_unused(sample_series())
    slugs = set(removal.authors)
    people = [author.id for author in site.users.all() if author.slug in slugs]
    authors = site.users.delete_unused(people)
    with site.db.write() as session:
        session.execute(delete(Item))
    return tags, authors
