"""`site.archives`: every list of public posts by the same few calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from blogengine.db import db
from blogengine.queries import addresses, listed, term_archives
from blogengine.queries import archives as reading
from blogengine.queries.addresses import Address, AddressPiece
from blogengine.queries.listed import Entry
from blogengine.queries.posts import neighbours
from blogengine.queries.rows import Mapper
from blogengine.settings import SITE, SettingsStore, SiteSettings
from blogengine.taxonomies import TAG, Taxonomy
from blogengine.values import Archive, Link, Post, Term


@dataclass(frozen=True, slots=True)
class Archives:
    """Archives and their posts. Every method needs an application context."""

    mapper: Callable[[], Mapper]
    settings: SettingsStore

    def home(self) -> Archive:
        """Return the archive of all public posts."""
        return reading.home_archive(db.reading(), self.settings.get(SITE, SiteSettings).title)

    def term(
        self,
        *slugs: str,
        match: str = "all",
        without: Sequence[str] = (),
        taxonomy: Taxonomy = TAG,
    ) -> Archive | None:
        """Return the archive of one tag, or of several: in "all" or in "any" of them.

        Posts with one of the tags `without` are left out. None when a tag is unknown or internal.
        """
        connection, mapper = db.reading(), self.mapper()
        if len(set(slugs)) == 1 and not without:
            archive = term_archives.term_archive(connection, mapper, taxonomy, slugs[0])
            thin = archive is not None and archive.count < self._fewest()
            return replace(archive, noindex=True) if archive and thin else archive
        return term_archives.combined_archive(
            connection, mapper, taxonomy, slugs, match=match, without=without
        )

    def terms(
        self, *, taxonomy: Taxonomy = TAG, after: int = 0, limit: int = 1000
    ) -> tuple[Archive, ...]:
        """Return the indexable archives of a taxonomy, by id: `after` is the last id before."""
        connection, fewest = db.reading(), max(1, self._fewest())
        return term_archives.term_archives(
            connection, self.mapper(), taxonomy, fewest=fewest, after=after, limit=limit
        )

    def together(self, archive: Archive, *, limit: int = 8) -> tuple[Term, ...]:
        """Return the terms that the newest posts of a term's archive carry most, beside its own."""
        if archive.kind != "term" or len(archive.terms) != 1 or archive.without:
            return ()
        taxonomy = self.mapper().taxonomies.get(archive.taxonomy, TAG)
        return term_archives.often_together(db.reading(), self.mapper(), taxonomy, archive, limit)

    def _fewest(self) -> int:
        return self.settings.get(SITE, SiteSettings).thin_tags

    def author(self, slug: str) -> Archive | None:
        """Return the archive of an author."""
        return reading.author_archive(db.reading(), self.mapper(), slug)

    def date(self, year: int, month: int = 0, day: int = 0) -> Archive:
        """Return the archive of a year, a month or a day."""
        return reading.date_archive(db.reading(), year, month, day)

    def entries(self, archive: Archive, *, limit: int = 200) -> tuple[Entry, ...]:
        """Return the first posts of an archive in its order, by title and address alone."""
        return listed.archive_links(db.reading(), archive, limit=limit)

    def beside(self, post: Post, term: Term) -> tuple[Link | None, Link | None]:
        """Return the newer and the older public post beside a post in a term's list."""
        return neighbours(db.reading(), post, ("term", term.id))

    def neighbours(self, archive: Archive) -> tuple[Link | None, Link | None]:
        """Return the years, months or days before and after a date's archive that have posts."""
        return reading.date_neighbours(db.reading(), archive)

    def months(self, *, limit: int = 1200) -> tuple[Archive, ...]:
        """Return the archives of months that have public posts, newest first."""
        return reading.month_archives(db.reading(), limit)

    def authors(self, *, limit: int = 1000) -> tuple[Archive, ...]:
        """Return the archives of authors who have public posts, those with most first."""
        return reading.author_archives(db.reading(), self.mapper(), limit)

    def address_pieces(self, size: int) -> tuple[AddressPiece, ...]:
        """Return which runs of `size` ids hold public posts, and when one of them changed."""
        return addresses.address_pieces(db.reading(), size)

    def post_addresses(self, size: int, number: int) -> tuple[Address, ...]:
        """Return the public posts of such a run, 1 being the first, without their texts."""
        return addresses.post_addresses(db.reading(), size, number)

    def page_addresses(self, *, limit: int = 5000) -> tuple[Address, ...]:
        """Return the public pages, the oldest first, without their texts."""
        return addresses.page_addresses(db.reading(), limit)

    def posts(
        self, archive: Archive, *, limit: int, offset: int = 0, pinned: bool = False
    ) -> Sequence[Post]:
        """Return posts of an archive in its order, without what plugins add.

        With `pinned` those that stand on top of it come first.
        """
        read = listed.pinned_posts if pinned else listed.archive_posts
        return read(db.reading(), self.mapper(), archive, limit=limit, offset=offset)
