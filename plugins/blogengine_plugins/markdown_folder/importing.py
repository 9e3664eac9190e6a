"""`blogengine import markdown DIR`: from a folder to posts, file by file.

A second run changes nothing: a file's post is found by its permanent id and compared. What was
changed here after its import is left alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from blogengine.api import (
    BlogError,
    ImportReport,
    OperatorError,
    Post,
    PostDraft,
    Retryable,
    Site,
    SiteSettings,
    UserError,
    utcnow,
)

from .comparing import another_post, differences, kept_unshown, touched_here
from .fields import Entry, place_guid, read_entry
from .findings import Findings, LeftOut
from .frontmatter import part
from .reading import SourceFile, beside_an_index, read_text, survey

NOTE = "Imported from Markdown"
TRIES = 3
TOO_COSTLY = "text-too-costly"
UNSTORABLE = "database-error"

TOUCHED = "Changed here after the import and left as it is"
KNOTTED = "Too costly to show; the text is kept as a draft, or as a revision of its post"


def run(
    site: Site, source: Path, dry_run: bool, progress: Callable[[int, int], None]
) -> ImportReport:
    """Import every text of the folder `source`; see `Importer.run`."""
    if not source.is_dir():
        raise UserError(
            f"{source.name} isn't a folder.",
            code="import-source",
            action="Name the folder that holds your Markdown files.",
        )
    return _Import(site, dry_run).carry_out(source, progress)


class _Import:
    """One run."""

    def __init__(self, site: Site, dry_run: bool) -> None:
        self.site, self.dry_run = site, dry_run
        self.zone = ZoneInfo(site.settings(SiteSettings).timezone)
        self.now = utcnow()
        self.people = {author.name.casefold(): author.slug for author in site.users.all()}
        self.new_people: list[int] = []
        self.guids: set[str] = set()
        self.created: list[str] = []
        self.unchanged: list[str] = []
        self.updated: list[str] = []

    def carry_out(self, source: Path, progress: Callable[[int, int], None]) -> ImportReport:
        found = survey(source)
        self.findings = Findings(found.left_out)
        self.beside = frozenset(beside_an_index(found.files))
        if not found.files:
            self.findings.remark("There is no Markdown file in this folder")
        for number, file in enumerate(found.files, start=1):
            self._take_safely(file)
            progress(number, len(found.files))
        if self.new_people:
            self.site.users.delete_unused(self.new_people)
        return ImportReport(
            tuple(self.created),
            tuple(self.unchanged),
            self.findings.left_out,
            self.findings.notes,
            tuple(self.updated),
        )

    def _take_safely(self, file: SourceFile) -> None:
        """Take one file; whatever is wrong with it ends here, what is wrong around it doesn't."""
        try:
            self._take(file)
        except LeftOut as left_out:
            self.findings.leave_out(file.relative, left_out.reason)
        except UserError as error:
            self.findings.leave_out(file.relative, str(error))
        except (Retryable, OperatorError) as error:
            if error.code != UNSTORABLE:
                raise
            self.findings.leave_out(file.relative, error.message)
        except Exception as error:
            log = self.site.log("markdown_folder")
            log.warning("%s can't be imported", file.shown, exc_info=error)
            reason = f"It can't be imported ({type(error).__name__}); the log says more."
            self.findings.leave_out(file.relative, reason)

    def _take(self, file: SourceFile) -> None:
        parted = part(read_text(file))
        if file.relative in self.beside and not parted.has_front_matter:
            raise LeftOut("It has no front matter and lies in the folder of another post.")
        entry = read_entry(file, parted, self.zone, self.now)
        if entry.draft.guid in self.guids:
            entry = replace(entry, draft=replace(entry.draft, guid=place_guid(file)))
        self.guids.add(entry.draft.guid)
        number = self.site.posts.id_of(entry.draft.guid)
        if number is None:
            self._create(entry)
        else:
            self._compare(entry, number)
        for remark in entry.remarks:
            self.findings.remark(remark, file.relative)

    def _create(self, entry: Entry) -> None:
        if self.dry_run:
            self.created.append(entry.file.shown)
            return
        draft = self._with_people(entry)
        if draft.updated_at is None and draft.published_at and draft.status == "published":
            # Not the day of the import: readers of feeds would take old posts for changed ones.
            draft = replace(draft, updated_at=min(draft.published_at, self.now))
        post = self._save(entry, lambda: self.site.posts.create(draft, note=NOTE))
        self.created.append(self._label(entry, post))

    def _compare(self, entry: Entry, number: int) -> None:
        """Update the post if its file has changed and nobody changed the post here."""
        posts, post = self.site.posts, self.site.posts.get(number)
        stored, wanted = posts.draft(number), self._with_people(entry)
        fields = differences(wanted, stored)
        if not fields:
            self.unchanged.append(self._label(entry, post))
            return
        revisions = posts.revisions(number)
        if kept_unshown(wanted, stored, revisions, shown=bool(post.html)):
            self.unchanged.append(self._label(entry, post))
            self.findings.remark(KNOTTED, entry.file.relative)
        elif another_post(wanted, stored):
            raise LeftOut(
                "Another post was imported from a file of this name; rename this one to keep both."
            )
        elif touched_here(revisions, NOTE):
            self.unchanged.append(self._label(entry, post))
            self.findings.remark(TOUCHED, entry.file.relative)
        elif self.dry_run:
            self.updated.append(self._label(entry, post))
        else:
            fields["updated_at"] = wanted.updated_at
            version = post.version
            self._save(
                entry,
                lambda: posts.edit(number, note=NOTE, expected_version=version, **fields),
            )
            self.updated.append(self._label(entry, post))

    def _save(self, entry: Entry, save: Callable[[], Post]) -> Post | None:
        """Save, again if the database was busy; None when the text is kept but can't be shown."""
        for attempt in range(1, TRIES + 1):
            try:
                return save()
            except Retryable:
                if attempt == TRIES:
                    raise
            except BlogError as error:
                if error.code != TOO_COSTLY:
                    raise
                self.findings.remark(KNOTTED, entry.file.relative)
                return None
        return None

    def _with_people(self, entry: Entry) -> PostDraft:
        """Return the draft with its authors' slugs; people who aren't there yet are made."""
        slugs = []
        for name in entry.authors:
            key = " ".join(name.split()).casefold()
            if key not in self.people and not self.dry_run:
                author = self.site.users.ensure(name)
                self.people[key] = author.slug
                self.new_people.append(author.id)
            slugs.append(self.people.get(key, ""))
        return replace(entry.draft, authors=tuple(slugs))

    def _label(self, entry: Entry, post: Post | None) -> str:
        """Return a post's address, or what a draft is called by."""
        if post is not None and post.url:
            return post.url
        number = post.id if post else self.site.posts.id_of(entry.draft.guid)
        return f"{entry.file.shown} (draft {number})"
