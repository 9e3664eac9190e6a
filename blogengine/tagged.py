"""Tags as those who look after them see them, and what an act on tags does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TagEntry:
    """A tag with all that is stored of it.

    `posts` counts the posts that carry it in whatever state, `public` those that readers see.
    `aliases` are its other names, `old_slugs` addresses it had before. `description` is Markdown.
    `display`, `page_size`, `sort`, `template` and `pins` shape its archive: empty and 0 stand for
    what the site has.
    """

    id: int
    slug: str
    name: str
    url: str
    posts: int = 0
    public: int = 0
    description: str = ""
    image: str = ""
    colour: str = ""
    seo_title: str = ""
    seo_description: str = ""
    aliases: tuple[str, ...] = ()
    old_slugs: tuple[str, ...] = ()
    internal: bool = False
    display: str = ""
    page_size: int = 0
    sort: str = ""
    template: str = ""
    pins: tuple[int, ...] = ()
    parent_id: int | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """A tag that begins like what was typed; `alias_of` names the tag that this name stands for."""

    name: str
    slug: str
    count: int
    alias_of: str | None = None


@dataclass(frozen=True, slots=True)
class Alike:
    """Tags that may be one: `reason` is letters, plural, spelling or posts; most used first."""

    reason: str
    tags: tuple[TagEntry, ...]


@dataclass(frozen=True, slots=True)
class Retagged:
    """A post whose tags an act changes, with their names before and after."""

    id: int
    title: str
    status: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rerouted:
    """An address that answers differently after an act: `to` is empty for one that is gone.

    Its pages and feeds do the same.
    """

    path: str
    status: int
    to: str = ""


@dataclass(frozen=True, slots=True)
class TagEffect:
    """What an act does to tags, or would do: a preview has no `id` and `done` is False.

    `retagged` holds the first posts of `post_ids`. `tagged_before` and `tagged_after` count the
    posts that carry at least one of the tags concerned. `notes` say what may surprise.
    """

    act: str
    summary: str
    done: bool = False
    id: int = 0
    post_ids: tuple[int, ...] = ()
    retagged: tuple[Retagged, ...] = ()
    rerouted: tuple[Rerouted, ...] = ()
    notes: tuple[str, ...] = ()
    tagged_before: int = 0
    tagged_after: int = 0
    slug: str = ""


@dataclass(frozen=True, slots=True)
class TagAct:
    """An act that was done, for as long as it is kept; `undoable` until its time is over."""

    id: int
    at: datetime
    by: str
    act: str
    summary: str
    posts: int
    undone_at: datetime | None
    undoable: bool


@dataclass(frozen=True, slots=True)
class TagsChange:
    """What plugins are told of an act: the ids of the tags it touched and of posts it retagged."""

    act: str
    term_ids: tuple[int, ...]
    post_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which of a tag's posts a split takes: those that fit everything that is said.

    `ids` are posts by number, `words` stand in title or text, `tag` is the slug of another tag
    they carry, `author` an author's slug; `since` and `until` are days of publication.
    """

    ids: tuple[int, ...] = ()
    words: str = ""
    tag: str = ""
    author: str = ""
    since: datetime | None = None
    until: datetime | None = None
