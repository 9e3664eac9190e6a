"""Writing the library's rows: a new file, its words, its copies, and what is said of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from blogengine.api import NotFound, Session, Site, UserError, delete, insert, select, utcnow
from blogengine_plugins.media.models import LIVE, TRASHED, File, Word
from blogengine_plugins.media.queries import by_digest, get_inside, users_inside, words_of
from blogengine_plugins.media.rights import no_file, require_change
from blogengine_plugins.media.telling import tell
from blogengine_plugins.media.values import PICTURE, MediaFile

if TYPE_CHECKING:
    from blogengine_plugins.media.receiving import Looked

LONGEST_ALT, LONGEST_TITLE, LONGEST_CAPTION = 2000, 200, 2000
MOST_STEMS = 1000
SIZES_JOB, RENDER_JOB = "media.sizes", "media.render"


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of a file. `decorative` says that nothing has to be said instead of it."""

    alt: str = ""
    decorative: bool = False
    title: str = ""
    caption: str = ""
    focus: tuple[int, int] = (50, 50)


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that is to be remembered: what is known of it, its name, who brought it."""

    looked: Looked
    name: str
    by: int | None


def store_file(site: Site, new: NewFile, words: Words) -> tuple[MediaFile, bool]:
    """Remember a new file; return it, and False if somebody else brought the same meanwhile."""
    checked(words)
    file, is_new = _store(site, new, words)
    return (tell(site, "uploaded", file) if is_new else file), is_new


def _store(site: Site, new: NewFile, words: Words) -> tuple[MediaFile, bool]:
    looked, now = new.looked, utcnow()
    with site.db.write() as session:
        same = by_digest(session, looked.digest)
        if same is not None:
            return same, False
        row = File(
            stem=free_stem(session, looked.digest),
            digest=looked.digest,
            name=new.name,
            uploaded_by=new.by,
            uploaded_at=now,
            changed_at=now,
            state=LIVE,
        )
        set_content(row, looked)
        _set_words(row, words)
        session.add(row)
        session.flush()
        _set_index(session, row)
        if row.kind == PICTURE:
            ask_for_copies(site, session, row.id)
        told = {"name": row.name, "type": row.media_type, "size": row.size}
        site.audit.record(
            session, "uploaded", subject=f"media:{row.id}", title=row.name, after=told
        )
        return get_inside(session, row.id), True


def set_content(row: File, looked: Looked) -> None:
    """Let a row hold these bytes; copies of others are none of them."""
    row.content, row.kind = looked.content, looked.kind
    row.media_type, row.suffix = looked.media_type, looked.suffix
    row.size = row.kept = looked.size
    row.width, row.height, row.frames = looked.width, looked.height, looked.frames
    row.sizes = "{}"


def ask_for_copies(site: Site, session: Session, number: int) -> None:
    """Have the copies of a picture made once this is committed."""
    site.jobs.enqueue(session, SIZES_JOB, {"file": number}, key=str(number))


def bring_back(site: Site, file: MediaFile, words: Words | None) -> MediaFile:
    """Take a file that is known already: out of the trash, and described if it wasn't."""
    if file.trashed:
        restore(site, file.id)
    if words is not None and not file.described and (words.alt or words.decorative):
        describe(site, file.id, words)
    with site.db.write() as session:
        return get_inside(session, file.id)


def describe(site: Site, number: int, words: Words, *, version: int | None = None) -> MediaFile:
    """Say what a file shows. Raises UserError, 409 when somebody else did so meanwhile; Denied."""
    checked(words)
    with site.db.write() as session:
        row = row_of(session, number)
        if version is not None and version != row.version:
            raise UserError(
                "Somebody else changed this file after you opened it.",
                code="media-changed-meanwhile",
                action="Look at the page again, then write what is still missing.",
                status=409,
            )
        before = _told(row)
        _set_words(row, words)
        after = _told(row)
        if before != after:
            row.version += 1
            row.changed_at = utcnow()
            session.flush()
            _set_index(session, row)
            site.audit.record(
                session,
                "described",
                subject=f"media:{number}",
                title=row.name,
                before=before,
                after=after,
            )
            render_users(site, session, number)
        file = get_inside(session, number)
    return tell(site, "described", file) if before != after else file


def set_copies(
    site: Site, number: int, content: str, sizes: Mapping[str, Sequence[int]], size: int
) -> bool:
    """Remember the copies of a picture, and have the texts that show it rendered again.

    False when the file holds something else by now: those copies aren't its own.
    """
    with site.db.write() as session:
        row = session.get(File, number)
        if row is None or row.content != content:
            return False
        row.sizes = json.dumps({name: list(widths) for name, widths in sizes.items()})
        row.kept = row.size + size
        session.flush()
        render_users(site, session, number)
        return True


def trash(site: Site, number: int) -> MediaFile:
    """Move a file to the trash: its address answers nobody then."""
    return _move(site, number, TRASHED, "trashed")


def restore(site: Site, number: int) -> MediaFile:
    """Bring a file back from the trash, with its old address."""
    return _move(site, number, LIVE, "restored")


def _move(site: Site, number: int, state: int, act: str) -> MediaFile:
    with site.db.write() as session:
        row = row_of(session, number)
        was = row.state
        if was != state:
            row.state = state
            row.trashed_at = utcnow() if state == TRASHED else None
            row.version += 1
            session.flush()
            site.audit.record(session, act, subject=f"media:{number}", title=row.name)
            render_users(site, session, number)
        file, moved = get_inside(session, number), was != state
    return tell(site, act, file) if moved else file


def purge(site: Site, number: int) -> MediaFile:
    """Delete a file of the trash for good, bytes and all."""
    with site.db.write() as session:
        row = row_of(session, number)
        if row.state != TRASHED:
            raise UserError(
                "Only what is in the trash can be deleted for good.",
                code="media-not-trashed",
                action="Move it to the trash first.",
                status=409,
            )
        file = get_inside(session, number)
        shared = select(File.id).where(File.content == row.content, File.id != number)
        alone = session.scalars(shared).first() is None
        render_users(site, session, number)
        site.audit.record(session, "deleted", subject=f"media:{number}", title=row.name)
        session.execute(delete(File).where(File.id == number))
        session.expunge(row)
    return tell(site, "deleted", file, gone=file.keys if alone else ())


def row_of(session: Session, number: int) -> File:
    """Return the row of a file that who acts may change; raises NotFound, Denied."""
    row = session.get(File, number)
    if row is None:
        raise no_file(number)
    require_change(get_inside(session, number))
    return row


def render_users(site: Site, session: Session, number: int) -> None:
    """Have the texts that show a file rendered again, if there are any."""
    posts = users_inside(session, number)
    if posts:
        site.posts.mark_stale(session, posts)
        site.jobs.enqueue(session, RENDER_JOB, {}, key="render")


def checked(words: Words) -> None:
    """Raise UserError for words that can't be stored."""
    for name, text, most in (
        ("alt", words.alt, LONGEST_ALT),
        ("title", words.title, LONGEST_TITLE),
        ("caption", words.caption, LONGEST_CAPTION),
    ):
        if len(text) > most or "\x00" in text or (not text.isprintable() and not _lines(text)):
            raise UserError(
                f"The {name} has {len(text)} letters, or some that can't be stored.",
                code="media-text",
                action=f"Up to {most} letters are taken.",
                field=name,
                status=422,
            )
    if not all(0 <= share <= 100 for share in words.focus):
        raise UserError(
            "The point to keep in sight is told in percent.",
            code="media-focus",
            action="Write numbers from 0 to 100.",
            field="focus_x",
            status=422,
        )


def _lines(text: str) -> bool:
    """Whether a text is printable but for its line breaks."""
    return "".join(text.split()).isprintable()


def _set_words(row: File, words: Words) -> None:
    row.alt, row.decorative = words.alt.strip(), words.decorative
    row.title, row.caption = words.title.strip(), words.caption.strip()
    row.focus_x, row.focus_y = words.focus


def _told(row: File) -> dict[str, Any]:
    return {
        "alt": row.alt,
        "decorative": row.decorative,
        "title": row.title,
        "caption": row.caption,
        "focus": f"{row.focus_x} {row.focus_y}",
    }


def _set_index(session: Session, row: File) -> None:
    session.execute(delete(Word).where(Word.file_id == row.id))
    words = words_of(row.name, row.title, row.alt, row.caption)
    if words:
        session.execute(insert(Word), [{"word": word, "file_id": row.id} for word in words])


def free_stem(session: Session, digest: str) -> str:
    """Return what the address is made of: a part of the hash, which another file may have had."""
    taken = set(session.scalars(select(File.stem).where(File.stem.startswith(digest[:16]))))
    names = [digest[:16], *(f"{digest[:16]}-{number}" for number in range(2, MOST_STEMS))]
    for stem in names:
        if stem not in taken:
            return stem
    raise NotFound("There is no address left.", code="media-addresses", action="Tell us of it.")
