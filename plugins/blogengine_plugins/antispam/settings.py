"""What the owner holds against a comment."""

from __future__ import annotations

from dataclasses import dataclass

from blogengine.api import setting


@dataclass(frozen=True, slots=True)
class SpamSettings:
    """The settings of `antispam`."""

    words: str = setting(
        "",
        title="Words of spam",
        help="One word or phrase a line, as it is written; case doesn't count.",
        multiline=True,
        le=20_000,
    )
    most_links: int = setting(
        4,
        title="Links a comment may have",
        help="One with more is spam. From three on it waits in any case.",
        ge=0,
        le=100,
    )
    least_seconds: int = setting(
        3,
        title="Seconds it takes to write a comment",
        help="A faster one waits. Known only of forms on a page of their own; 0: don't look.",
        ge=0,
        le=60,
    )
    learn: bool = setting(
        True,
        title="Learn from what you mark as spam",
        help="The same text, or the same website, is then known.",
    )
