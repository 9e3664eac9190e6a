"""What a feed says, whatever its format: complete, clean and with absolute addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from blogengine.api import Archive, Post, Site, SiteSettings
from blogengine_plugins.feeds.addresses import make_absolute
from blogengine_plugins.feeds.characters import clean
from blogengine_plugins.feeds.identity import archive_iri, post_guid, post_iri
from blogengine_plugins.feeds.settings import FeedSettings

LONG_AGO = datetime.fromtimestamp(0, UTC)
"""When an archive that never held a post last changed: a date of today would differ each time."""


@dataclass(frozen=True, slots=True)
class Person:
    """An author; `url` is absolute."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Label:
    """A tag or another term; `scheme` is the address of its taxonomy."""

    slug: str
    name: str
    scheme: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One post. `content` is html and empty when feeds hold excerpts only.

    `summary` is plain text; `teaser` is the html before the writer's more marker, if there is one.
    """

    iri: str
    guid: str
    url: str
    title: str
    content: str
    summary: str
    teaser: str
    language: str
    published_at: datetime
    updated_at: datetime
    authors: tuple[Person, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Channel:
    """One feed. `address` is its own, `page` that of the archive it follows."""

    iri: str
    title: str
    subtitle: str
    site_title: str
    home: str
    page: str
    address: str
    language: str
    updated_at: datetime
    entries: tuple[Entry, ...]


def make_channel(site: Site, archive: Archive, posts: Sequence[Post], suffix: str) -> Channel:
    """Gather what the feed of an archive says; `suffix` leads from the archive to the feed."""
    settings = site.settings(SiteSettings)
    full = site.settings(FeedSettings).full_text
    home = archive.kind == "home"
    title = settings.title if home else f"{archive.name} – {settings.title}"
    told = archive.description.striptags() or f"{archive.heading} on {settings.title}"
    return Channel(
        iri=archive_iri(site, archive),
        title=clean(title),
        subtitle=clean(settings.tagline if home else told),
        site_title=clean(settings.title),
        home=site.absolute("/"),
        page=site.absolute(archive.path),
        address=site.absolute(archive.path + suffix),
        language=clean(settings.language),
        updated_at=archive.updated_at or LONG_AGO,
        entries=tuple(_entry(site, post, settings.language, full=full) for post in posts),
    )


def _entry(site: Site, post: Post, language: str, *, full: bool) -> Entry:
    url, prefix = site.absolute(post.url), f"p{post.id}-"
    published = post.published_at or post.created_at
    content = make_absolute(clean(post.html), url, prefix) if full else ""
    teaser = make_absolute(clean(post.excerpt_html), url, prefix)
    return Entry(
        iri=post_iri(post.guid),
        guid=post_guid(post.guid),
        url=url,
        title=clean(post.title),
        content=content,
        summary=clean(post.excerpt),
        teaser=teaser,
        language=clean(post.language or language),
        published_at=published,
        updated_at=post.updated_at,
        authors=tuple(
            Person(clean(author.name), site.absolute(author.url)) for author in post.authors
        ),
        labels=tuple(
            Label(clean(term.slug), clean(term.name), site.absolute(_taxonomy(term.url)))
            for term in post.terms
        ),
    )


def _taxonomy(term_url: str) -> str:
    """Return the first segment of a term's address: `/tag/x/` lies in `/tag/`."""
    return f"/{urlsplit(term_url).path.split('/')[1]}/"
