"""What acts on many posts make of one of them, and what brings it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from blogengine.slugs import fold
from blogengine.values import PostDraft


def changed(draft: PostDraft, act: str, value: str) -> PostDraft | None:
    """Return what an act makes of a post; None when it is so already."""
    tags = draft.terms.get("tag", ())
    if act == "publish":
        return None if draft.status == "published" else replace(draft, status="published")
    if act == "draft":
        live = draft.status in ("published", "scheduled")
        return replace(draft, status="draft") if live else None
    if act == "trash":
        return None if draft.status == "trashed" else replace(draft, status="trashed")
    if act == "restore":
        return draft if draft.status == "trashed" else None
    if act == "tag":
        known = fold(value) in {fold(tag) for tag in tags}
        return None if known else draft.with_tags(*tags, value)
    if act == "untag":
        left = tuple(tag for tag in tags if fold(tag) != fold(value))
        return None if left == tags else draft.with_tags(*left)
    return None if draft.authors == (value,) else replace(draft, authors=(value,))


def state_of(draft: PostDraft, act: str) -> dict[str, Any]:
    """Return what an act changes of a post, as JSON has it."""
    if act in ("tag", "untag"):
        return {"tags": list(draft.terms.get("tag", ()))}
    if act == "author":
        return {"authors": list(draft.authors)}
    return {"status": draft.status}


def remembered(draft: PostDraft, act: str) -> dict[str, Any]:
    """Return what has to be known to take an act back."""
    told = state_of(draft, act)
    if act in ("tag", "untag"):
        told["taxonomies"] = {name: list(names) for name, names in draft.terms.items()}
    if draft.published_at is not None and "status" in told:
        told["published_at"] = draft.published_at.isoformat()
    return told


def restored(before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that bring a post back to what it was."""
    fields: dict[str, Any] = {}
    if "status" in before:
        fields["status"] = before["status"]
    if "published_at" in before:
        fields["published_at"] = datetime.fromisoformat(before["published_at"])
    if "authors" in before:
        fields["authors"] = tuple(before["authors"])
    if "taxonomies" in before:
        fields["terms"] = {name: tuple(names) for name, names in before["taxonomies"].items()}
        fields["terms"]["tag"] = tuple(before["tags"])
    return fields
