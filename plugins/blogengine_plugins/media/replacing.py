"""Other bytes under the same address; what was there before waits in the trash."""

from __future__ import annotations

from typing import IO

from blogengine.api import (
    Session,
    Site,
    UserError,
    accept_upload,
    insert,
    require,
    select,
    storage_full,
    utcnow,
)
from blogengine_plugins.media.models import TRASHED, File
from blogengine_plugins.media.queries import by_digest, get, get_inside, room_taken
from blogengine_plugins.media.receiving import (
    OTHERS,
    Looked,
    digest_of,
    keep,
    look_at,
    work_folder,
)
from blogengine_plugins.media.rights import UPLOAD, require_change
from blogengine_plugins.media.settings import MediaSettings
from blogengine_plugins.media.storing import (
    ask_for_copies,
    free_stem,
    render_users,
    row_of,
    set_content,
)
from blogengine_plugins.media.telling import tell
from blogengine_plugins.media.values import PICTURE, SUFFIXES, MediaFile


def replace_content(site: Site, number: int, stream: IO[bytes], name: str) -> MediaFile:
    """Let a file hold another upload of its kind; its address, words and uses stay.

    What it held becomes a file of its own in the trash. Raises what `receive` raises.
    """
    require(UPLOAD)
    file = get(site, number)
    require_change(file)
    kinds = [file.media_type] if file.media_type in OTHERS else list(SUFFIXES)
    accepted = accept_upload(stream, name, kinds)
    with accepted.stream, work_folder() as folder:
        digest = digest_of(accepted.stream)
        known = by_digest(site.db.reading(), digest)
        if known is not None:
            raise _known(known, file)
        looked = look_at(accepted, folder, digest)
        if looked.suffix != file.suffix:
            raise UserError(
                f"The file is of another kind than {file.name}.",
                code="media-other-kind",
                action=f"Its address ends with {file.suffix}; choose such a file, or upload this "
                "one as a new one.",
                status=422,
            )
        quota = site.settings(MediaSettings).quota * 1024 * 1024
        if quota and room_taken(site.db.reading()) + looked.size > quota:
            raise storage_full("of what the setting quota gives to uploads")
        keep(site, looked)
        with site.db.write() as session:
            row = row_of(session, number)
            earlier = keep_earlier(session, row)
            _take(site, session, row, looked)
            told = {"content": looked.content, "earlier": earlier}
            before = {"content": file.content}
            site.audit.record(
                session,
                "replaced",
                subject=f"media:{number}",
                title=row.name,
                before=before,
                after=told,
            )
            replaced = get_inside(session, number)
        return tell(site, "replaced", replaced)


def keep_earlier(session: Session, row: File) -> int:
    """Make a file of the trash of what a row holds now; return its id."""
    now = utcnow()
    columns = {
        column.name: getattr(row, column.name)
        for column in File.__table__.columns
        if column.name not in ("id", "stem")
    }
    kept = {
        "stem": free_stem(session, row.digest),
        "state": TRASHED,
        "trashed_at": now,
        "uses": 0,
        "changed_at": now,
        "title": f"Earlier: {row.title or row.name}"[:200],
    }
    digest = row.digest
    row.digest = f"moved-{row.id}-{row.version}"  # two rows never have one digest
    session.flush()
    session.execute(insert(File), [{**columns, **kept, "digest": digest}])
    return int(session.scalars(select(File.id).where(File.digest == digest)).one())


def _take(site: Site, session: Session, row: File, looked: Looked) -> None:
    set_content(row, looked)
    row.digest = looked.digest
    row.version += 1
    row.changed_at = utcnow()
    session.flush()
    if row.kind == PICTURE:
        ask_for_copies(site, session, row.id)
    render_users(site, session, row.id)


def _known(known: MediaFile, file: MediaFile) -> UserError:
    same = known.id == file.id
    where = "the trash" if known.trashed else f"the library already: {known.name}"
    return UserError(
        "The file holds exactly that already." if same else f"This very file is in {where}.",
        code="media-known",
        action="Nothing was changed. Choose another one.",
        status=409,
    )
