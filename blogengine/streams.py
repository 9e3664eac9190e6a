"""Feeds, and what they list: posts of an archive, comments, what a search found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from blogengine.site import Site
    from blogengine.values import Archive, Post


@dataclass(frozen=True, slots=True)
class StreamEntry:
    """Something a feed lists that isn't a post, such as a comment.

    `guid` never changes and belongs to nothing else. `url` is a path of this site, `html` has been
    sanitised, `author_url` is an address or empty.
    """

    guid: str
    url: str
    title: str
    html: str
    published_at: datetime
    updated_at: datetime | None = None
    author: str = ""
    author_url: str = ""


@dataclass(frozen=True, slots=True)
class Stream:
    """A list as its feed tells it, newest first: `posts`, or `entries` of another kind.

    `name` is what it is called, empty for the site itself. `path` is the page it follows; its feed
    stands below it, or below `base` where that is another place. `query`, such as `q=ships`,
    belongs to both. `key` says what is listed and never changes, whatever becomes of names and
    addresses: the feed's id is made of it. A long list has numbered pages.
    """

    key: str
    name: str
    path: str
    query: str = ""
    description: str = ""
    posts: tuple[Post, ...] = ()
    entries: tuple[StreamEntry, ...] = ()
    updated_at: datetime | None = None
    number: int = 1
    total: int = 1
    base: str = ""


@dataclass(frozen=True, slots=True)
class StreamSource:
    """Lists that aren't archives, at `rule` such as `/comments/post/<int:post_id>/`.

    Each feed that can tell streams stands there at its suffix. `find(site, **address)` returns
    the stream, or None where there is nothing; it may read the query with `request.args`. `limit`,
    such as `20/minute`, bounds what is asked from one address.
    """

    name: str
    rule: str
    find: Callable[..., Stream | None]
    limit: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed of every archive: `suffix` is appended to the archive's path (`feed/atom/`).

    `render(site, archive, posts)` returns the bytes; `media_type` is sent without a charset. With
    `stream(site, stream)` in its place the feed has pages, and tells also what isn't an archive:
    comments, what a search found.
    """

    name: str
    title: str
    suffix: str
    media_type: str
    render: Callable[[Site, Archive, Sequence[Post]], bytes] | None = None
    stream: Callable[[Site, Stream], bytes] | None = None
