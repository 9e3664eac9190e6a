"""Who may do what in the library: everybody their own files, editors all."""

from __future__ import annotations

from blogengine.api import NotFound, Permission, current_actor, may, require
from blogengine_plugins.media.values import MediaFile

UPLOAD, MANAGE = "media.upload", "media.manage"

PERMISSIONS = [
    Permission(UPLOAD, "upload files and look after their own", ("admin", "editor", "author")),
    Permission(MANAGE, "look after everybody's files"),
]


def may_change(file: MediaFile) -> bool:
    """Whether who acts may change a file."""
    own = file.uploaded_by is not None and file.uploaded_by == current_actor().id
    return may(MANAGE) or (own and may(UPLOAD))


def require_change(file: MediaFile) -> None:
    """Raise Denied unless who acts may change a file."""
    if not may_change(file):
        require(MANAGE)


def no_file(what: object) -> NotFound:
    """The error for a file that isn't in the library."""
    return NotFound(
        f"There is no file {what} in the library.",
        code="media-unknown",
        action="See `blogengine media list`, or look at /admin/media/.",
    )
