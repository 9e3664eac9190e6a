"""`site.archives`: every list of public posts by the same few calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from blogengine.contributions import TAG, Taxonomy
from blogengine.db import db
from blogengine.queries import archives as reading
from blogengine.queries.rows import Mapper
from blogengine.settings import SITE, SettingsStore, SiteSettings
from blogengine.values import Archive, Post


@dataclass(frozen=True, slots=True)
class Archives:
    """Archives and their posts. Every method needs an application context."""

    mapper: Callable[[], Mapper]
    settings: SettingsStore

    def home(self) -> Archive:
        """Return the archive of all public posts."""
        return reading.home_archive(db.reading(), self.settings.get(SITE, SiteSettings).title)

    def term(self, *slugs: str, match: str = "all", taxonomy: Taxonomy = TAG) -> Archive | None:
        """Return the archive of one tag, or of several: in "all" or in "any" of them."""
        return reading.term_archive(db.reading(), self.mapper(), taxonomy, slugs, match)

    def author(self, slug: str) -> Archive | None:
        """Return the archive of an author."""
        return reading.author_archive(db.reading(), self.mapper(), slug)

    def date(self, year: int, month: int = 0, day: int = 0) -> Archive:
        """Return the archive of a year, a month or a day."""
        return reading.date_archive(db.reading(), year, month, day)

    def months(self, *, limit: int = 1200) -> tuple[Archive, ...]:
        """Return the archives of months that have public posts, newest first."""
        return reading.month_archives(db.reading(), limit)

    def authors(self, *, limit: int = 1000) -> tuple[Archive, ...]:
        """Return the archives of authors who have public posts, those with most first."""
        return reading.author_archives(db.reading(), self.mapper(), limit)

    def posts(
        self, archive: Archive, *, limit: int, offset: int = 0, pinned: bool = False
    ) -> Sequence[Post]:
        """Return posts of an archive, newest first, without what plugins add.

        With `pinned` those that stand on top of the home page come first.
        """
        read = reading.home_posts if pinned else reading.archive_posts
        return read(db.reading(), self.mapper(), archive, limit=limit, offset=offset)
