"""Loading the samples: safe to repeat, and to go on with after it was interrupted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from blogengine.api import Post, Site, insert, make_slug, select, utcnow
from blogengine_plugins.demo.models import AUTHOR, POST, TAG, Item, Load
from blogengine_plugins.demo.samples import Sample, all_samples, mark_of, tag_descriptions

BY = "demo"

Progress = Callable[[int, int, str], None]


def was_loaded(site: Site) -> bool:
    """Whether the samples were ever loaded to the end, removed since or not."""
    return site.db.reading().execute(select(Load.id).limit(1)).first() is not None


def load(site: Site, progress: Progress) -> tuple[Post, ...]:
    """Load the samples that aren't there; return the new posts, the oldest first.

    What is going to be made is written down first, so that nothing made can be forgotten,
    whenever the loading is cut off.
    """
    samples = all_samples()
    missing = [sample for sample in samples if site.posts.id_of(sample.draft.guid) is None]
    new_tags = _write_down(site, missing)
    slugs = {name: site.users.ensure(name).slug for name in _authors(missing)}
    posts: list[Post] = []
    for number, sample in enumerate(missing, start=1):
        people = tuple(slugs[name] for name in sample.authors)
        posts.append(site.posts.create(replace(sample.draft, authors=people), by=BY))
        progress(number, len(missing), sample.draft.title)
    for slug, (description, colour) in tag_descriptions().items():
        if slug in new_tags:
            site.terms.describe(slug, description, colour=colour)
    if posts:
        site.hooks.demo_on_loaded(posts=posts)
        with site.db.write() as session:
            session.add(Load(at=utcnow()))
    return tuple(posts)


def _write_down(site: Site, samples: Sequence[Sample]) -> set[str]:
    """Record what the samples will make; return the slugs of tags that are new to the site."""
    there = {term.slug for term in site.terms.all()}
    people = {author.slug for author in site.users.all()}
    tags = {name for sample in samples for name in sample.tags if make_slug(name) not in there}
    authors = {make_slug(name) for name in _authors(samples)} - people
    items = {(POST, sample.draft.guid): mark_of(sample.draft) for sample in samples}
    items |= {(TAG, name): "" for name in tags} | {(AUTHOR, slug): "" for slug in authors}
    known = {(kind, name) for kind, name in site.db.reading().execute(select(Item.kind, Item.name))}
    rows = [
        {"kind": kind, "name": name, "mark": mark}
        for (kind, name), mark in items.items()
        if (kind, name) not in known
    ]
    if rows:
        with site.db.write() as session:
            session.execute(insert(Item), rows)
    return {make_slug(name) for name in tags}


def _authors(samples: Iterable[Sample]) -> list[str]:
    return list(dict.fromkeys(name for sample in samples for name in sample.authors))
