"""What a feed says, whatever its format: complete, clean and with absolute addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from blogengine.api import Post, Site, SiteSettings, Stream, StreamEntry
from blogengine_plugins.feeds.addresses import make_absolute
from blogengine_plugins.feeds.characters import clean
from blogengine_plugins.feeds.enclosures import Enclosure, enclosures_of, sizes_of
from blogengine_plugins.feeds.identity import post_guid, post_iri, stream_iri
from blogengine_plugins.feeds.settings import FeedSettings

LONG_AGO = datetime.fromtimestamp(0, UTC)
"""When a list that never held anything last changed: a date of today would differ each time."""


@dataclass(frozen=True, slots=True)
class Person:
    """An author; `url` is absolute, empty where there is none."""

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
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """One feed, or one page of it. `address` is its own, `page` that of the list it follows.

    `steps` are its other pages by relation (RFC 5005): first, previous, next, last.
    """

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
    steps: Mapping[str, str]


def make_channel(site: Site, stream: Stream, suffix: str) -> Channel:
    """Gather what the feed of a list says; `suffix` leads from the list to the feed."""
    settings = site.settings(SiteSettings)
    full = site.settings(FeedSettings).full_text
    title = f"{stream.name} – {settings.title}" if stream.name else settings.title
    sizes = sizes_of(site, stream.posts)
    posts = tuple(_post(site, post, settings.language, sizes, full=full) for post in stream.posts)
    others = tuple(_entry(site, entry, settings.language) for entry in stream.entries)
    return Channel(
        iri=stream_iri(site, stream),
        title=clean(title),
        subtitle=clean(stream.description),
        site_title=clean(settings.title),
        home=site.absolute("/"),
        page=site.absolute(stream.path + (f"?{stream.query}" if stream.query else "")),
        address=_address(site, stream, suffix, stream.number),
        language=clean(settings.language),
        updated_at=stream.updated_at or LONG_AGO,
        entries=posts + others,
        steps=_steps(site, stream, suffix),
    )


def _address(site: Site, stream: Stream, suffix: str, number: int) -> str:
    asked = [part for part in (stream.query, f"page={number}" if number > 1 else "") if part]
    base = stream.base or stream.path
    return site.absolute(base + suffix) + ("?" + "&".join(asked) if asked else "")


def _steps(site: Site, stream: Stream, suffix: str) -> Mapping[str, str]:
    if stream.total < 2:
        return {}
    numbers = {"first": 1, "last": stream.total}
    if stream.number > 1:
        numbers["previous"] = stream.number - 1
    if stream.number < stream.total:
        numbers["next"] = stream.number + 1
    return {rel: _address(site, stream, suffix, number) for rel, number in numbers.items()}


def _post(
    site: Site, post: Post, language: str, sizes: Mapping[str, tuple[int, str]], *, full: bool
) -> Entry:
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
        enclosures=tuple(
            Enclosure(urljoin(url, found.url), found.media_type, found.length)
            for found in enclosures_of(post, sizes)
        ),
    )


def _entry(site: Site, entry: StreamEntry, language: str) -> Entry:
    url = site.absolute(entry.url)
    person = Person(clean(entry.author), clean(entry.author_url))
    return Entry(
        iri=post_iri(entry.guid),
        guid=post_guid(entry.guid),
        url=url,
        title=clean(entry.title),
        content=make_absolute(clean(entry.html), url, ""),
        summary="",
        teaser="",
        language=clean(language),
        published_at=entry.published_at,
        updated_at=entry.updated_at or entry.published_at,
        authors=(person,) if person.name else (),
        labels=(),
    )


def _taxonomy(term_url: str) -> str:
    """Return the first segment of a term's address: `/tag/x/` lies in `/tag/`."""
    return f"/{urlsplit(term_url).path.split('/')[1]}/"
