"""What the owner may choose about tables of contents."""

from __future__ import annotations

from dataclasses import dataclass

from blogengine.api import setting


@dataclass(frozen=True, slots=True)
class TocSettings:
    """The settings of `toc`."""

    least: int = setting(
        4,
        title="Headings from which on a post gets one",
        help="0: only where a writer puts [TOC].",
        ge=0,
        le=100,
    )
    depth: int = setting(
        2,
        title="How many levels it shows",
        help="1 shows only the outermost headings of a post.",
        ge=1,
        le=6,
    )
