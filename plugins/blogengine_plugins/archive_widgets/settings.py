"""How long the lists are."""

from __future__ import annotations

from dataclasses import dataclass

from blogengine.api import setting
from blogengine_plugins.archive_widgets.summary import AUTHORS, MONTHS, RECENT, TAGS


@dataclass(frozen=True, slots=True)
class ArchiveSettings:
    """The settings of `archive_widgets`; 0 leaves a list out."""

    recent: int = setting(5, title="Newest posts", help="How many; 0 hides them.", ge=0, le=RECENT)
    tags: int = setting(25, title="Tags", help="The most used ones.", ge=0, le=TAGS)
    months: int = setting(
        12, title="Months", help="The newest ones; 0 hides them.", ge=0, le=MONTHS
    )
    authors: int = setting(8, title="Authors", help="Those with most posts.", ge=0, le=AUTHORS)
