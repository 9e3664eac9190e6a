"""Telling other plugins what was done to a file, and taking away bytes that nothing needs."""

from __future__ import annotations

from blogengine.api import MediaChange, Site
from blogengine_plugins.media.values import MediaFile


def tell(site: Site, act: str, file: MediaFile, *, gone: tuple[str, ...] = ()) -> MediaFile:
    """Tell of an act that is committed; return the file."""
    copies = tuple(
        file.copy_url(width, media_type)
        for media_type, widths in file.sizes.items()
        for width in widths
    )
    change = MediaChange(
        act, file.id, file.name, file.media_type, file.url, (file.url, *copies), gone
    )
    site.hooks.on_media_changed(change=change)
    return file


def delete_bytes(site: Site, change: MediaChange) -> None:
    """Delete what the storage keeps for nothing; what fails here, `media check` finds."""
    for key in change.gone:
        site.storage.delete(key)
