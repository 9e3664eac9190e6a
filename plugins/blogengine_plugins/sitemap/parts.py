"""The parts of the sitemap: posts and terms by runs of their ids, and everything else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from urllib.parse import urljoin

from blogengine.api import Address, Archive, Site, Taxonomy
from blogengine_plugins.sitemap.writing import Entry

SIZE = 5000
"""Ids of a file: one that is made anew for a post that changed stays small."""

OTHERS = "site"


def index(site: Site) -> list[Entry]:
    """Return the files there are, each with the time of its newest change."""

    def file(part: str, number: int, at: datetime | None) -> Entry:
        return Entry(site.absolute(f"/sitemap-{part}-{number}.xml"), at)

    found = [file(OTHERS, 1, site.archives.home().updated_at)]
    found += [
        file("posts", piece.number, piece.updated_at)
        for piece in site.archives.address_pieces(SIZE)
    ]
    for taxonomy in site.taxonomies.values():
        changes: dict[int, list[datetime]] = {}
        for archive in _terms(site, taxonomy, 0):
            at = changes.setdefault((archive.terms[0].id - 1) // SIZE + 1, [])
            at += [archive.updated_at] if archive.updated_at else []
        found += [
            file(taxonomy.name, number, max(at, default=None)) for number, at in changes.items()
        ]
    return found


def entries(site: Site, part: str, number: int) -> list[Entry]:
    """Return what stands in one file; nothing for a file there isn't."""
    if part == OTHERS:
        return list(_others(site)) if number == 1 else []
    if part == "posts":
        return _posts(site, site.archives.post_addresses(SIZE, number))
    taxonomy = site.taxonomies.get(part)
    if taxonomy is None:
        return []
    first, last = (number - 1) * SIZE, number * SIZE
    return [
        Entry(site.absolute(archive.path), archive.updated_at, _own_image(site, archive))
        for archive in _terms(site, taxonomy, first, last)
    ]


def lists_of(site: Site) -> Iterator[tuple[str, datetime | None]]:
    """Yield the home page, the list of tags and the archives of authors."""
    home = site.archives.home()
    yield home.path, home.updated_at
    if home.count:
        yield "/tags/", home.updated_at
    for author in site.archives.authors():
        if author.indexable:
            yield author.path, author.updated_at


def _others(site: Site) -> Iterator[Entry]:
    yield from _posts(site, site.archives.page_addresses(limit=SIZE))
    answers: Iterable[Iterable[tuple[str, datetime | None]]] = site.hooks.sitemap_entries()
    seen: set[str] = set()
    for answer in answers:
        for path, at in answer:
            if path.startswith("/") and path not in seen:
                seen.add(path)
                yield Entry(site.absolute(path), at)


def _posts(site: Site, addresses: Sequence[Address]) -> list[Entry]:
    pictures: dict[int, list[str]] = {one.id: [one.image] for one in addresses if one.image}
    answers: Iterable[Mapping[int, Sequence[str]]] = site.hooks.sitemap_pictures(
        posts=tuple(one.id for one in addresses)
    )
    for answer in answers:
        for number, urls in answer.items():
            pictures.setdefault(number, []).extend(urls)
    return [
        Entry(
            site.absolute(one.url),
            one.updated_at,
            tuple(
                dict.fromkeys(
                    urljoin(site.absolute(one.url), url) for url in pictures.get(one.id, ())
                )
            ),
        )
        for one in addresses
    ]


def _terms(site: Site, taxonomy: Taxonomy, after: int, upto: int = 0) -> Iterator[Archive]:
    """Yield the archives of a taxonomy that search engines may know, by id."""
    while True:
        archives = site.archives.terms(taxonomy=taxonomy, after=after, limit=1000)
        for archive in archives:
            after = archive.terms[0].id
            if upto and after > upto:
                return
            yield archive
        if len(archives) < 1000:
            return


def _own_image(site: Site, archive: Archive) -> tuple[str, ...]:
    image = archive.terms[0].image
    return (urljoin(site.absolute(archive.path), image),) if image else ()
