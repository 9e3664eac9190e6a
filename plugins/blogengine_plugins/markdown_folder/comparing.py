"""Whether a post still is what its file says, and who changed it since."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from blogengine.api import PostDraft, Revision, fold, make_slug

ENGINE = "blogengine"
"""Who a revision is by that the engine made by itself."""

PLAIN = ("title", "source", "format", "excerpt", "language")
LONGEST_SLUG = 200


def differences(wanted: PostDraft, stored: PostDraft) -> dict[str, Any]:
    """Return the fields to change so that the stored post is what the file says.

    A new `updated` date alone is no change: nothing a reader sees would differ.
    """
    fields: dict[str, Any] = {
        name: getattr(wanted, name)
        for name in PLAIN
        if getattr(wanted, name) != getattr(stored, name)
    }
    if not _same_status(wanted.status, stored.status):
        fields["status"] = wanted.status
    if wanted.published_at is not None and wanted.published_at != stored.published_at:
        fields["published_at"] = wanted.published_at
    if wanted.authors != stored.authors:
        fields["authors"] = wanted.authors
    if _tags(wanted.terms) != _tags(stored.terms):
        fields["terms"] = {**stored.terms, **wanted.terms}
    if _moved(wanted.slug, stored.slug):
        fields["slug"] = wanted.slug
    return fields


def another_post(wanted: PostDraft, stored: PostDraft) -> bool:
    """Tell whether nothing is as it was: then a file of the same name is of another blog."""
    return (
        wanted.title != stored.title
        and wanted.source != stored.source
        and wanted.published_at != stored.published_at
    )


def kept_unshown(
    wanted: PostDraft, stored: PostDraft, revisions: Sequence[Revision], *, shown: bool
) -> bool:
    """Tell whether the engine has this very text already and found it too costly to show.

    Such a text stands in a draft without a rendering, or in the newest revision only.
    """
    if not revisions or revisions[0].source != wanted.source:
        return False
    new = not shown and stored.status == "draft"
    return stored.source != wanted.source or (new and bool(wanted.source.strip()))


def touched_here(revisions: Sequence[Revision], note: str) -> bool:
    """Tell whether somebody changed the post after an import (saved with `note`) wrote it."""
    by_hand = [revision for revision in revisions if revision.by != ENGINE]
    return bool(by_hand) and by_hand[0].note != note


def _same_status(wanted: str, stored: str) -> bool:
    # A published post whose day lies ahead is stored as scheduled.
    return wanted == stored or (wanted == "published" and stored == "scheduled")


def _tags(terms: Mapping[str, tuple[str, ...]]) -> list[str]:
    return list(dict.fromkeys(fold(name) for name in terms.get("tag", ())))


def _moved(wanted: str, stored: str) -> bool:
    """Tell whether the file asks for another slug than one the engine made out of the same."""
    asked = make_slug(wanted, length=LONGEST_SLUG)
    if not asked:
        return False
    made = make_slug(stored, length=LONGEST_SLUG)
    return re.fullmatch(rf"{re.escape(asked)}(?:-\d+)?", made) is None
