"""Frozen values that readers, templates and plugins get: posts, terms, authors, archives, pages.

They are plain data: complete when made, safe to keep after the transaction that read them, and
never a live database row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from markupsafe import Markup

EMPTY = Markup("")
NOTHING: Mapping[str, object] = MappingProxyType({})

STATUSES = ("draft", "scheduled", "published", "trashed")
VISIBILITIES = ("public", "private", "password")
KINDS = ("post", "page")


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody who writes: `url` is the path of the author archive."""

    id: int
    slug: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Term:
    """One tag, or one entry of another taxonomy; `count` counts public posts only.

    An archive's own term also has its `image` (an address), `colour` such as #1a6b4c, and what
    search engines shall see instead of heading and description. Readers never see an `internal`
    one. `parent_id` is the entry above it, where the taxonomy has levels.
    """

    id: int
    taxonomy: str
    slug: str
    name: str
    url: str
    count: int = 0
    description: Markup = EMPTY
    image: str = ""
    colour: str = ""
    seo_title: str = ""
    seo_description: str = ""
    internal: bool = False
    parent_id: int | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a text: `level` is its depth (1 is the outermost), `id` its anchor."""

    level: int
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Post:
    """A post or page as readers see it.

    `html` is ready for the place it was read for: in a list its headings start at `h3` and its
    ids carry the post's prefix, on its own page they start at `h2`. Times are in the site's time
    zone. `pinned` says that it stands on top of the home page that is being shown; `seo_title` and
    `seo_description` stand in the head of its page instead of title and excerpt. `headings` are
    those of its text, and `template` is the theme's file that shows it ("" for the usual one), on
    its own page only. `internal` are terms that no reader sees. `extras`
    holds what plugins registered for lists and pages, by plugin name.
    """

    id: int
    guid: str
    kind: str
    title: str
    slug: str
    url: str
    status: str
    visibility: str
    html: Markup
    excerpt: str
    published_at: datetime | None
    updated_at: datetime
    created_at: datetime
    version: int
    words: int = 0
    language: str = ""
    comments_open: bool = True
    excerpt_html: Markup = EMPTY
    text: str = ""
    authors: tuple[Author, ...] = ()
    terms: tuple[Term, ...] = ()
    internal: tuple[Term, ...] = ()
    pinned: bool = False
    pinned_from: datetime | None = None
    pinned_until: datetime | None = None
    featured_image: str = ""
    featured_alt: str = ""
    seo_title: str = ""
    seo_description: str = ""
    headings: tuple[Heading, ...] = ()
    template: str = ""
    extras: Mapping[str, object] = field(default_factory=lambda: NOTHING)

    @property
    def tags(self) -> tuple[Term, ...]:
        """The post's terms of the built-in taxonomy `tag`, in the writer's order."""
        return tuple(term for term in self.terms if term.taxonomy == "tag")

    @property
    def public(self) -> bool:
        """Whether everybody may read it in lists, feeds and by its address."""
        return self.status == "published" and self.visibility == "public"

    @property
    def reading_minutes(self) -> int:
        """Minutes a reader needs at 230 words a minute, at least one."""
        return max(1, round(self.words / 230))

    @property
    def display_title(self) -> str:
        """The title, or a stand-in for a post that has none, so that links always have a text."""
        return self.title or "Untitled"


@dataclass(frozen=True, slots=True)
class PostDraft:
    """What a writer sets of a post; the input of every save.

    `terms` maps a taxonomy to names in the writer's order; `authors` are slugs. `published_at`
    may be naive: it is then read in the site's time zone. An empty `slug` is made from the title.
    `guid` is the permanent id in feeds; imports pass the source's, others leave it empty. A post
    with `pinned_from` stands on top of the home page from then on, until `pinned_until` if given.
    `template` is a file of the theme such as post-wide.html; a theme without it shows the post as
    any other.
    """

    title: str = ""
    source: str = ""
    format: str = "markdown"
    kind: str = "post"
    slug: str = ""
    status: str = "draft"
    visibility: str = "public"
    password: str = ""
    published_at: datetime | None = None
    updated_at: datetime | None = None
    authors: tuple[str, ...] = ()
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    excerpt: str = ""
    language: str = ""
    parent_id: int | None = None
    comments_open: bool = True
    guid: str = ""
    pinned_from: datetime | None = None
    pinned_until: datetime | None = None
    featured_image: str = ""
    featured_alt: str = ""
    seo_title: str = ""
    seo_description: str = ""
    template: str = ""

    def with_tags(self, *names: str) -> PostDraft:
        """Return a copy whose tags are `names`."""
        return replace(self, terms={**self.terms, "tag": names})


@dataclass(frozen=True, slots=True)
class PostChange:
    """One saved change: `before` is None for a new post; `fields` names what differs."""

    before: Post | None
    after: Post
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Revision:
    """An earlier state of a post's text; restoring it makes a new one."""

    post_id: int
    version: int
    title: str
    source: str
    format: str
    at: datetime
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class Link:
    """An address with its text; `rel` and `type` where the head of a page names it."""

    url: str
    title: str
    rel: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class Archive:
    """Any list of public posts: home, a term, an author, a date, or terms combined.

    `scopes` are the keys of the published listing; with several, `match` says whether posts stand
    in "all" or in "any" of them; those that stand in one of `without` are left out. `heading` is
    the page's `h1`, `path` the address of page 1. `pins` are the ids of the posts that stand on top
    now. `order` is newest, oldest, updated, manual, or the name of a plugin's ranking;
    `display` is full, excerpt or titles, and `page_size` how many stand on a page: empty and 0 for
    what the site has. `parents` are the entries above it, the highest first.
    """

    kind: str
    heading: str
    name: str
    path: str
    scopes: tuple[tuple[str, int], ...]
    match: str = "all"
    count: int = 0
    updated_at: datetime | None = None
    description: Markup = EMPTY
    terms: tuple[Term, ...] = ()
    author: Author | None = None
    noindex: bool = False
    pins: tuple[int, ...] = ()
    without: tuple[tuple[str, int], ...] = ()
    taxonomy: str = ""
    order: str = "newest"
    display: str = ""
    page_size: int = 0
    template: str = ""
    parents: tuple[Link, ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        """Surrogate keys of everything that decides which posts stand in the list."""
        return frozenset(f"{scope}:{number}" for scope, number in (*self.scopes, *self.without))

    @property
    def indexable(self) -> bool:
        """Whether search engines shall know it, and the sitemap names it.

        Not so are combined terms, and terms with fewer posts than the setting `thin_tags` asks for.
        """
        return not self.noindex and self.count > 0


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads: anonymous until identity is there."""

    name: str = ""
    id: int | None = None

    @property
    def anonymous(self) -> bool:
        return self.id is None


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field that can't be used: its name, the error's code, and a sentence."""

    field: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class GivenBack:
    """A field of a form that couldn't be taken, with what was written into it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page to show, of `kind` home, term, author, date, post, page, terms, protected,
    plugin or error.

    `title` goes into the head, `heading` is the `h1`; `canonical` is absolute. Lists fill
    `archive`, `posts` and the numbers; a single post fills `post`. `previous` is the newer page of
    a list, `next` the older one; `display` says what of each post is shown: full, excerpt or
    titles; `first` is the page at the list's own address. The list of all terms is sorted by
    `order`, name or count, and leaves out those with fewer than `least` posts. `newer` and `older`
    are the neighbours of a post, or of a date. `together` are terms that often stand beside the
    archive's own. An error says in `message` what happened, in `turn` whose turn it is (retryable,
    user, operator, fatal), in `action` what to do and in `code` which entry of the manual tells
    more. `errors` are single fields that have to be mended, `given` what a form had brought: no
    text is lost with an error. `pointer` leads to what is like something deleted.
    """

    kind: str
    title: str
    heading: str
    canonical: str = ""
    archive: Archive | None = None
    posts: tuple[Post, ...] = ()
    post: Post | None = None
    terms: tuple[Term, ...] = ()
    number: int = 1
    total: int = 1
    first: bool = True
    taxonomy: str = "tag"
    order: str = "name"
    least: int = 1
    together: tuple[Term, ...] = ()
    display: str = "full"
    previous: Link | None = None
    next: Link | None = None
    newer: Link | None = None
    older: Link | None = None
    feeds: tuple[Link, ...] = ()
    description: str = ""
    noindex: bool = False
    status: int = 200
    message: str = ""
    action: str = ""
    turn: str = ""
    request_id: str = ""
    code: str = ""
    errors: tuple[FieldError, ...] = ()
    given: tuple[GivenBack, ...] = ()
    pointer: Link | None = None
    keys: frozenset[str] = frozenset()
    updated_at: datetime | None = None
