"""Jobs: copies of pictures in other widths and formats, texts rendered again, the trash emptied."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from blogengine.api import ApartFailed, Bounds, Job, NotFound, Site, run_apart, select, utcnow
from blogengine_plugins.media.models import TRASHED, File
from blogengine_plugins.media.queries import get
from blogengine_plugins.media.receiving import DECODER, PIECE, decoding_turn, work_folder
from blogengine_plugins.media.settings import MediaSettings
from blogengine_plugins.media.storing import purge, set_copies
from blogengine_plugins.media.values import SUFFIXES, MediaFile, storage_key

COPYING = Bounds(seconds=120, memory=1536, file=80)
WITHOUT_COPIES = frozenset({"image/gif", "image/avif"})
"""Kinds that nothing smaller is made of beside the other formats."""

NARROWEST, WIDEST = 50, 4000


def make_copies(site: Site, payload: Mapping[str, Any]) -> None:
    """Make the copies of a picture that the settings ask for."""
    try:
        file = get(site, int(payload["file"]))
    except NotFound:
        return  # deleted for good meanwhile
    settings = site.settings(MediaSettings)
    widths = widths_for(file, settings.widths)
    formats = [
        f"image/{name}"
        for name in settings.formats.split()
        if name in ("avif", "webp") and f"image/{name}" != file.media_type
    ]
    if not file.is_picture or file.frames > 1 or not widths:
        return
    with work_folder() as folder:
        source = folder / "source"
        opened = site.storage.open(file.key)
        try:
            with source.open("wb") as copy:
                shutil.copyfileobj(opened, copy, PIECE)
        finally:
            opened.close()
        arguments = {
            "source": str(source),
            "folder": str(folder),
            "media_type": file.media_type,
            "widths": widths,
            "formats": formats,
        }
        with decoding_turn():
            try:
                made = run_apart(DECODER, "write_smaller", arguments, COPYING)
            except ApartFailed as error:
                site.log("media").warning("No copies of the file %d were made: %s", file.id, error)
                return
        keep_copies(site, file, folder, made)


def widths_for(file: MediaFile, setting: str) -> list[int]:
    """Return the widths of copies: those of the setting below the picture's own, and that."""
    wanted = {int(word) for word in setting.split() if word.isdecimal()}
    below = sorted(width for width in wanted if NARROWEST <= width < file.width)
    return [*below, file.width] if file.width <= WIDEST else below


def keep_copies(site: Site, file: MediaFile, folder: Path, made: list[dict[str, Any]]) -> None:
    """Put copies into the storage, then remember them."""
    sizes: dict[str, list[int]] = {}
    # The best format first: browsers take the first one that they know.
    for item in sorted(made, key=lambda item: (item["type"] == file.media_type, item["type"])):
        sizes.setdefault(item["type"], []).append(item["width"])
        key = storage_key(file.content, SUFFIXES[item["type"]], item["width"])
        with (folder / item["file"]).open("rb") as copy:
            site.storage.put(key, copy)
    total = sum(item["size"] for item in made)
    if not set_copies(site, file.id, file.content, sizes, total):
        for media_type, widths in sizes.items():
            for width in widths:
                site.storage.delete(storage_key(file.content, SUFFIXES[media_type], width))


def render_again(site: Site, payload: Mapping[str, Any]) -> None:  # noqa: ARG001
    """Render the texts anew that show a picture of which something has changed."""
    site.posts.render_stale()


def empty_trash(site: Site, payload: Mapping[str, Any]) -> None:  # noqa: ARG001
    """Delete for good what has been in the trash for long."""
    days = site.settings(MediaSettings).trash_days
    query = select(File.id).where(
        File.state == TRASHED, File.trashed_at < utcnow() - timedelta(days=days)
    )
    for number in list(site.db.reading().execute(query.limit(500)).scalars()):
        purge(site, number)


JOBS = [
    Job("sizes", make_copies, seconds=180),
    Job("render", render_again, seconds=600),
    Job("empty_trash", empty_trash, every=timedelta(days=1), seconds=300),
]
