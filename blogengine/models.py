"""The core's tables. Rows of these classes never leave the write side; readers get values.

Ids of posts, users and terms are permanent: SQLite would give the last one again after a
deletion, which AUTOINCREMENT prevents.

Every date is UTC. Counts and listings are written in the transaction that changes what they
count, so that no reader ever has to.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from blogengine.db import Model, UtcDateTime
from blogengine.names import NAME_LENGTH

MARK_LENGTH = 80
TITLE_LENGTH = 300
PATH_LENGTH = 500


class UserRow(Model):
    """Somebody who writes; signing in comes with identity."""

    __tablename__ = "users"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(NAME_LENGTH), unique=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    role: Mapped[str] = mapped_column(String(20), default="author")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PostRow(Model):
    """A post or page: the writer's text byte for byte, and its one rendering.

    `guid` never changes. `path` is the permalink; its date is frozen in `local_date` at the first
    publication. `published_at` of a scheduled post lies ahead.
    """

    __tablename__ = "posts"
    __table_args__ = (
        Index("ix_posts_due", "status", "published_at"),
        Index("ix_posts_pinned", "pinned_from"),
        Index("ix_posts_updated", "updated_at", "id"),
        Index("ix_posts_state", "status", "updated_at", "id"),
        Index("ix_posts_title", "title", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guid: Mapped[str] = mapped_column(String(PATH_LENGTH), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10))
    visibility: Mapped[str] = mapped_column(String(10))
    status_before_trash: Mapped[str] = mapped_column(String(10), default="")
    password_hash: Mapped[str] = mapped_column(String(300), default="")
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    slug: Mapped[str] = mapped_column(String(NAME_LENGTH))
    path: Mapped[str | None] = mapped_column(String(PATH_LENGTH), unique=True)
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("posts.id", ondelete="SET NULL"), index=True
    )
    source: Mapped[bytes] = mapped_column(LargeBinary)
    format: Mapped[str] = mapped_column(String(20))
    html: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    excerpt: Mapped[str] = mapped_column(Text)
    hand_excerpt: Mapped[str] = mapped_column(Text, default="")
    excerpt_html: Mapped[str] = mapped_column(Text, default="")
    words: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(String(MARK_LENGTH))
    language: Mapped[str] = mapped_column(String(35), default="")
    comments_open: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    local_date: Mapped[str] = mapped_column(String(10), default="")
    pinned_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pinned_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    featured_image: Mapped[str] = mapped_column(String(PATH_LENGTH), default="", server_default="")
    featured_alt: Mapped[str] = mapped_column(String(PATH_LENGTH), default="", server_default="")
    seo_title: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="", server_default="")
    seo_description: Mapped[str] = mapped_column(String(PATH_LENGTH), default="", server_default="")
    headings: Mapped[str] = mapped_column(Text, default="[]", server_default="[]")
    template: Mapped[str] = mapped_column(String(MARK_LENGTH), default="", server_default="")


class PostAuthorRow(Model):
    __tablename__ = "post_authors"

    post_id: Mapped[int] = mapped_column(
        ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    position: Mapped[int]


class TermRow(Model):
    """An entry of a taxonomy. `folded` finds equal names whatever their case and width.

    `carried` counts the posts that carry it, in whatever state. `display`, `page_size`, `sort`,
    `template` and `pins` (ids of posts, as JSON) shape its archive; readers see nothing of an
    `internal` one. Where a taxonomy has levels, `path` holds the slugs from the top down.
    """

    __tablename__ = "terms"
    __table_args__ = (
        UniqueConstraint("taxonomy", "slug"),
        UniqueConstraint("taxonomy", "folded"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    taxonomy: Mapped[str] = mapped_column(String(30))
    slug: Mapped[str] = mapped_column(String(NAME_LENGTH))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    folded: Mapped[str] = mapped_column(String(NAME_LENGTH))
    description: Mapped[str] = mapped_column(Text, default="")
    description_html: Mapped[str] = mapped_column(Text, default="")
    image: Mapped[str] = mapped_column(String(PATH_LENGTH), default="", server_default="")
    colour: Mapped[str] = mapped_column(String(7), default="", server_default="")
    seo_title: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="", server_default="")
    seo_description: Mapped[str] = mapped_column(String(PATH_LENGTH), default="", server_default="")
    carried: Mapped[int] = mapped_column(default=0, server_default="0")
    internal: Mapped[bool] = mapped_column(default=False, server_default=false())
    display: Mapped[str] = mapped_column(String(10), default="", server_default="")
    page_size: Mapped[int] = mapped_column(default=0, server_default="0")
    sort: Mapped[str] = mapped_column(String(MARK_LENGTH), default="", server_default="")
    template: Mapped[str] = mapped_column(String(MARK_LENGTH), default="", server_default="")
    pins: Mapped[str] = mapped_column(Text, default="[]", server_default="[]")
    parent_id: Mapped[int | None] = mapped_column()
    path: Mapped[str] = mapped_column(String(PATH_LENGTH), default="", server_default="")


class PostTermRow(Model):
    """Which terms a post carries, whether it is public or not."""

    __tablename__ = "post_terms"

    post_id: Mapped[int] = mapped_column(
        ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True
    )
    term_id: Mapped[int] = mapped_column(
        ForeignKey("terms.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int]


class ListingRow(Model):
    """The published-only listing every archive reads, in reading order by its key.

    `scope` is home, term, author, year, month or day; `scope_id` the term's or author's id, or
    the date as a number (2026, 202603, 20260317; 0 for home). Where a term's archive isn't sorted
    by publication, `rank` is what sorts it, the highest first.
    """

    __tablename__ = "listing"
    __table_args__ = (
        Index(
            "ix_listing_rank",
            "scope",
            "scope_id",
            "rank",
            "published_at",
            "post_id",
            sqlite_where=text("rank IS NOT NULL"),
            postgresql_where=text("rank IS NOT NULL"),
        ),
        {"sqlite_with_rowid": False},
    )

    scope: Mapped[str] = mapped_column(String(10), primary_key=True)
    scope_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    post_id: Mapped[int] = mapped_column(
        ForeignKey("posts.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        index=True,
    )
    rank: Mapped[int | None] = mapped_column(BigInteger)


class ListingCountRow(Model):
    """How many posts a list holds, when one of them last changed, which are pinned there now."""

    __tablename__ = "listing_counts"

    scope: Mapped[str] = mapped_column(String(10), primary_key=True)
    scope_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    posts: Mapped[int]
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    pins: Mapped[str] = mapped_column(Text, default="[]", server_default="[]")


class PathHistoryRow(Model):
    """Addresses a post had before; a request for one is sent on in one hop."""

    __tablename__ = "path_history"

    path: Mapped[str] = mapped_column(String(PATH_LENGTH), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class TermHistoryRow(Model):
    """Slugs a term had before."""

    __tablename__ = "term_history"

    taxonomy: Mapped[str] = mapped_column(String(30), primary_key=True)
    slug: Mapped[str] = mapped_column(String(NAME_LENGTH), primary_key=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("terms.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class RevisionRow(Model):
    """The text as one save left it."""

    __tablename__ = "revisions"

    post_id: Mapped[int] = mapped_column(
        ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    source: Mapped[bytes] = mapped_column(LargeBinary)
    format: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    note: Mapped[str] = mapped_column(String(300), default="")


class SettingRow(Model):
    """One stored setting, as JSON."""

    __tablename__ = "settings"

    owner: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class PluginRow(Model):
    """What the owner decided about a plugin; kept when its files are gone.

    `version` and `files_hash` are those of the moment it was enabled. `migration_problem` says why
    its tables stay behind, until a migration goes well. `trusted`: the owner agreed to its filters
    that come after the sanitiser.
    """

    __tablename__ = "plugins"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    enabled: Mapped[bool]
    version: Mapped[str] = mapped_column(String(60), default="")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    files_hash: Mapped[str] = mapped_column(String(64), default="", server_default="")
    migration_problem: Mapped[str] = mapped_column(Text, default="", server_default="")
    trusted: Mapped[bool] = mapped_column(default=False, server_default=false())


class WheelRow(Model):
    """A distribution that `plugin install` or `plugin upgrade` put in; `asked_for` by name."""

    __tablename__ = "plugin_wheels"

    distribution: Mapped[str] = mapped_column(String(200), primary_key=True)
    version: Mapped[str] = mapped_column(String(60))
    filename: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64))
    asked_for: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class WidgetPlaceRow(Model):
    """Where the owner wants a widget; kept when its plugin is gone.

    An empty `region` is the widget's own, `position` 0 stands for its own order.
    """

    __tablename__ = "widget_places"

    widget: Mapped[str] = mapped_column(String(100), primary_key=True)
    region: Mapped[str] = mapped_column(String(30), default="")
    position: Mapped[int] = mapped_column(default=0)
    hidden: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")


class ChangeRow(Model):
    """The change log: one surrogate key that a transaction made stale."""

    __tablename__ = "changes"
    __table_args__ = {"sqlite_autoincrement": True}

    seq: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class SiteStateRow(Model):
    """The one row every request looks at: what changed for all workers.

    `site_id` is a UUID made with the site; feeds keep their ids by it whatever the domain.
    `generation` counts changes of the plugin set, `settings_revision` those of settings;
    `next_due` is when the next scheduled post becomes public, or a pin begins or ends; `menu` the
    published top-level pages and `pins` the ids of what stands on top of the home page now, as
    JSON, so that no page has to ask for them.
    """

    __tablename__ = "site_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    site_id: Mapped[str] = mapped_column(String(36))
    generation: Mapped[int] = mapped_column(default=1)
    settings_revision: Mapped[int] = mapped_column(default=1)
    next_due: Mapped[datetime | None] = mapped_column(UtcDateTime)
    menu: Mapped[str] = mapped_column(Text, default="[]")
    pins: Mapped[str] = mapped_column(Text, default="[]", server_default="[]")
    oldest_code: Mapped[str] = mapped_column(String(20), default="0.1.0")
