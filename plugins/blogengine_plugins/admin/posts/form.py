"""The editor's form: what a post puts into its fields, and what the fields make of a post.

Every field is a text, so that what was typed is shown again exactly, whatever is wrong with it.
"""

from __future__ import annotations

import csv
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from blogengine.api import Post, PostDraft, UserError, current_actor, may, request, site, utcnow

FIELDS = (
    "title text slug excerpt tags authors visibility publish_at pinned_from pinned_until "
    "featured_image featured_alt seo_title seo_description language template comments "
    "parent_id"
).split()
"""What can be told apart in a comparison, in the order of the form."""

LABELS = {
    "title": "Title",
    "text": "Text",
    "slug": "Address",
    "excerpt": "Excerpt",
    "tags": "Tags",
    "authors": "Authors",
    "visibility": "Who may read it",
    "publish_at": "Date",
    "pinned_from": "Pinned from",
    "pinned_until": "Pinned until",
    "featured_image": "Picture",
    "featured_alt": "Text for the picture",
    "seo_title": "Title for search engines",
    "seo_description": "Description for search engines",
    "language": "Language",
    "template": "Template",
    "comments": "Comments",
    "parent_id": "Page above",
}
PLAIN = (
    "title slug excerpt featured_image featured_alt seo_title seo_description language template"
).split()
MOMENTS = {
    "publish_at": "published_at",
    "pinned_from": "pinned_from",
    "pinned_until": "pinned_until",
}
BESIDE = ("form", "version", "kind", "seen")
"""Fields of the form that aren't the post's."""

PANELS = "panel-"
"""What the fields of other plugins' panels begin with."""

AS_FIELD = {"source": "text", "published_at": "publish_at", "terms": "tags"}
"""What the engine calls a field, and what it is called in the form."""

LINE_BREAKS = ("\r\n", "\r")


def values_of(draft: PostDraft, version: int = 0) -> dict[str, str]:
    """Return what a form shows of a post, with a key of its own for this form."""
    values = {name: getattr(draft, name) for name in PLAIN}
    values |= {
        "text": shown(draft.source),
        "tags": written(draft.terms.get("tag", ())),
        "authors": written(draft.authors),
        "visibility": draft.visibility,
        "comments": "open" if draft.comments_open else "closed",
        "parent_id": str(draft.parent_id or ""),
        "kind": draft.kind,
        "version": str(version),
        "form": secrets.token_urlsafe(9),
    }
    values |= {name: moment_text(getattr(draft, field)) for name, field in MOMENTS.items()}
    values["seen"] = json.dumps({name: values[name] for name in FIELDS if name != "text"})
    return values


def sent_values() -> dict[str, str]:
    """Return what a form brought; several authors as one text, no password."""
    values = {
        name: request.form[name].replace("\r\n", "\n")
        for name in (*FIELDS, *BESIDE)
        if name in request.form
    }
    values |= {name: text for name, text in request.form.items() if name.startswith(PANELS)}
    if "authors" in values:
        values["authors"] = ", ".join(part for part in request.form.getlist("authors") if part)
    return values


def draft_of(values: Mapping[str, str], before: PostDraft) -> PostDraft:
    """Return the post that the fields say; what a form doesn't have stays as it was.

    Raises UserError that names each field that can't be read.
    """
    changes: dict[str, Any] = {name: values[name].strip() for name in PLAIN if name in values}
    if "text" in values:
        changes["source"] = unshown(values["text"], before.source)
    if "tags" in values:
        changes["terms"] = {**before.terms, "tag": tuple(names_in(values["tags"]))}
    if "authors" in values and may_choose_authors():
        changes["authors"] = tuple(names_in(values["authors"]))
    if "visibility" in values:
        changes["visibility"] = values["visibility"]
    if "comments" in values:
        changes["comments_open"] = values["comments"] == "open"
    if "parent_id" in values:
        changes["parent_id"] = whole(values["parent_id"]) or None
    changes |= _moments(values, before)
    password = request.form.get("password", "") if request.form else ""
    return replace(before, **changes, password=password)


def _moments(values: Mapping[str, str], before: PostDraft) -> dict[str, datetime | None]:
    """Return the dates that somebody changed; raises UserError for what isn't one."""
    errors: list[tuple[str, str, str]] = []
    changes: dict[str, datetime | None] = {}
    for name, field in MOMENTS.items():
        # A form has no seconds; a stored moment that nobody changed keeps its own.
        if name not in values or values[name] == moment_text(getattr(before, field)):
            continue
        try:
            changes[field] = read_moment(values[name])
        except ValueError:
            said = f"{values[name]!r} isn't a date and time such as 2030-01-31T09:00."
            errors.append((name, "post-invalid", said))
    if errors:
        raise UserError(
            errors[0][2],
            code="post-invalid",
            action="Write it so, or leave it empty. Nothing was saved.",
            errors=errors,
            status=422,
        )
    if changes.get("pinned_until") and not changes.get("pinned_from", before.pinned_from):
        changes["pinned_from"] = utcnow()
    return changes


def whole(text: str) -> int:
    """Return a number that a form or an address brought; 0 for what isn't one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def new_draft(kind: str) -> PostDraft:
    """Return what the form of a new post begins with."""
    actor = current_actor()
    me = [author.slug for author in site.users.all() if author.id == actor.id]
    return PostDraft(kind="page" if kind == "page" else "post", authors=tuple(me))


def may_choose_authors() -> bool:
    """Whether who acts may sign a post for others: those whose right doesn't end at their own."""
    return may("people.read")


def shown(text: str) -> str:
    """Return a text as a form can carry it: lines end in one way, and nothing is half a letter."""
    for ending in LINE_BREAKS:
        text = text.replace(ending, "\n")
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def unshown(text: str, stored: str) -> str:
    """Return the text to store: byte for byte the stored one where nobody changed it."""
    if text == shown(stored):
        return stored
    return text.replace("\n", "\r\n") if "\r\n" in stored else text


def written(names: Iterable[str]) -> str:
    """Return names as one line, those with a comma in quotes."""
    return ", ".join(
        '"' + name.replace('"', '""') + '"' if "," in name or '"' in name else name
        for name in names
    )


def names_in(text: str) -> list[str]:
    """Return the names of a line, each once."""
    lines = csv.reader(text.splitlines(), skipinitialspace=True)
    names = (" ".join(name.split()) for line in lines for name in line)
    return list(dict.fromkeys(name for name in names if name))


def moment_text(moment: datetime | None) -> str:
    """Return a moment as a field for date and time has it, in the site's time zone."""
    return f"{site.local(moment):%Y-%m-%dT%H:%M}" if moment else ""


def read_moment(text: str) -> datetime | None:
    """Return the moment of such a field; raises ValueError."""
    if not text.strip():
        return None
    return site.local(datetime.fromisoformat(text.strip()).replace(tzinfo=None))


def renamed(error: UserError) -> UserError:
    """Return an error whose fields are called as the form calls them."""
    if not error.errors:
        return error
    error.errors = tuple((AS_FIELD.get(n, n), code, said) for n, code, said in error.errors)
    return error


def state_of(post: Post | None) -> str:
    """Return a post's state in one word for the writer."""
    if post is None:
        return "new"
    if post.status == "published" and post.visibility != "public":
        return post.visibility
    return post.status
