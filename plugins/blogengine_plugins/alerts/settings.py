"""What the owner may choose about boxes."""

from __future__ import annotations

from dataclasses import dataclass

from blogengine.api import setting


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """The settings of `alerts`."""

    words: str = setting(
        "info=note hint=tip success=tip question=note danger=caution error=caution",
        title="More words for boxes",
        help="Pairs of a word and the box it makes: note, tip, important, warning or caution.",
        le=1000,
    )
