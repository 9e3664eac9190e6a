"""The settings of comments."""

from __future__ import annotations

from dataclasses import dataclass

from blogengine.api import setting


@dataclass(frozen=True, slots=True)
class Settings:
    """What the owner decides about comments."""

    moderate: bool = setting(
        True,
        title="Hold new comments until approved",
        help="Off: they appear at once, but one with many links is held all the same.",
    )
    close_after_days: int = setting(
        0,
        title="Close after days",
        help="Posts older than this take no new comments; 0 means never.",
        ge=0,
        le=36500,
    )
    most_per_sender: int = setting(
        5,
        title="Comments one sender may write in ten minutes",
        help="A sender is a network address; its further comments are asked to wait.",
        ge=1,
        le=1000,
    )
    notify: bool = setting(
        True,
        title="Mail when comments wait",
        help="One mail for all of ten minutes goes to the owners and to the post's author.",
    )
