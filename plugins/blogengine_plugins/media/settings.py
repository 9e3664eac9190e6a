"""Settings of the library."""

from __future__ import annotations

from dataclasses import dataclass

from blogengine.api import setting


@dataclass(frozen=True, slots=True)
class MediaSettings:
    """What uploads may take, and which copies are made of pictures."""

    quota: int = setting(
        0,
        title="Room for uploads in MB",
        help="All files and their copies together; 0 sets no limit.",
        ge=0,
        le=10_000_000,
    )
    widths: str = setting(
        "480 800 1200 1600 2400",
        title="Widths of copies",
        help="In pixels, with spaces between. Pictures of other widths aren't touched.",
        le=100,
    )
    formats: str = setting(
        "avif webp",
        title="Formats of copies",
        help="Beside the picture's own: avif, webp, both, or none.",
        le=20,
    )
    trash_days: int = setting(
        30,
        title="Days in the trash",
        help="After that a deleted file is gone for good.",
        ge=1,
        le=3650,
    )
