"""What the owner may choose about the checks."""

from __future__ import annotations

from dataclasses import dataclass

from blogengine.api import setting

SAY_NOTHING = "click here\nhere\nthis link\nlink\nmore\nread more\nhier\nmehr"


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """The settings of `writing_checks`."""

    always: bool = setting(
        False,
        title="Let nobody publish past a check",
        help="What has to be mended first is then refused everywhere, also with --anyway.",
    )
    longest_title: int = setting(
        70, title="Longest title", help="Search engines cut what is longer.", ge=10, le=1000
    )
    excerpt: bool = setting(
        True, title="Ask for an excerpt", help="Or for a teaser: the text above <!--more-->."
    )
    empty_words: str = setting(
        SAY_NOTHING,
        title="Link texts that say nothing",
        help="One a line. A link that is called so is named, whatever it leads to.",
        multiline=True,
        le=4000,
    )
