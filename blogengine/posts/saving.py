"""One save, from the draft to the committed row."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import astuple, dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.security import generate_password_hash

from blogengine import audit, changes
from blogengine.clock import utcnow
from blogengine.db import db
from blogengine.errors import NotFound, UserError
from blogengine.models import PostRow, RevisionRow
from blogengine.posts.checking import refused
from blogengine.posts.labels import set_authors, set_terms
from blogengine.posts.linking import keep_links, lead_links
from blogengine.posts.listing import is_public, sync_listing, sync_state
from blogengine.posts.permalinks import give_permalink, move_children
from blogengine.posts.tracing import entry_of, made_terms, moved, state_of
from blogengine.rendering import Rendering
from blogengine.values import PostDraft

OF_THE_ENGINE = frozenset({"html", "path"})
"""What may change without anybody having written: such a save is no revision."""

CHANGED_MEANWHILE = "post-changed-meanwhile"
PLAIN_FIELDS = (
    "kind visibility slug title format language comments_open pinned_from pinned_until "
    "featured_image featured_alt seo_title seo_description template"
).split()


@dataclass(frozen=True, slots=True)
class Order:
    """One save to carry out: the checked draft with its rendering, and the site's rules.

    `inside` is called with the session, the post's id and what differs, last in the transaction.
    """

    draft: PostDraft
    rendering: Rendering | None
    fingerprint: str
    pattern: str
    zone: ZoneInfo
    by: str = ""
    note: str = ""
    expected_version: int | None = None
    inside: Callable[[Session, int, frozenset[str]], None] = lambda *_nobody: None
    base_url: str = ""


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save did: the post's id, what differs, and whether it became or ceased public."""

    post_id: int
    fields: frozenset[str]
    published: bool
    unpublished: bool


def save(post_id: int | None, order: Order) -> Saved:
    """Write the draft as a new post or over an existing one, in one transaction.

    Raises NotFound, UserError 409 when somebody else saved since `expected_version`, Reject, and
    what `db.write()` raises. Nothing is changed then.
    """
    draft = order.draft
    with db.write() as session:
        row = _row(session, post_id, order)
        was_public = post_id is not None and is_public(row)
        before = None if post_id is None else state_of(row)
        fields = _apply(session, row, order)
        labels = (
            set_terms(session, row.id, draft.terms),
            set_authors(session, row.id, draft.authors),
        )
        swaps = [swap for swap in labels if swap is not None]
        fields |= {swap.name for swap in swaps}
        old = row.path
        if row.status in ("published", "scheduled") or row.path is not None:
            give_permalink(session, row, order.pattern, order.zone)
            if row.path != old:
                fields.add("path")
        if not fields and post_id is not None:
            return Saved(row.id, frozenset(), False, False)
        written = post_id is None or bool(fields - OF_THE_ENGINE)
        row.version += written and post_id is not None
        session.flush()
        children = move_children(session, row, order.pattern, order.zone)
        if order.rendering is not None:
            keep_links(session, row.id, order.rendering.targets)
        led = [*children, *([(row, old)] if row.path != old else [])]
        moves = {one.id: (past, one.path) for one, past in led if past and one.path}
        lead_links(session, moves, order.base_url)
        if fields - {"html"} or post_id is None or children:
            lines = [entry_of(row, before, fields, swaps), *made_terms(swaps)]
            audit.record_all(session, [*lines, *(moved(*child) for child in children)])
        else:  # another rendering of the same text is nobody's act
            audit.no_act(session, "posts")
        if written:
            _revise(session, row, order)
        touched = sync_listing(session, row)
        sync_state(session)
        _log(session, row, touched, public=was_public or is_public(row))
        order.inside(session, row.id, frozenset(fields))
        now_public = is_public(row)
    return Saved(
        row.id, frozenset(fields), now_public and not was_public, was_public and not now_public
    )


def _row(session: Session, post_id: int | None, order: Order) -> PostRow:
    now = utcnow()
    if post_id is None:
        _check_guid(session, order.draft.guid)
        row = PostRow(
            guid=order.draft.guid or f"urn:uuid:{uuid.uuid4()}",
            kind=order.draft.kind,
            status="draft",
            visibility="public",
            title="",
            slug="",
            source=b"",
            format="",
            html="",
            text="",
            excerpt="",
            words=0,
            fingerprint="",
            created_at=order.draft.published_at or now,
            updated_at=now,
        )
        session.add(row)
        session.flush()
        return row
    found = session.get(PostRow, post_id)
    if found is None:
        raise no_post(post_id)
    if order.expected_version not in (None, found.version):
        raise UserError(
            "Somebody saved this post after you opened it.",
            code="post-changed-meanwhile",
            action="Compare both texts, join them and save again; yours wasn't stored.",
            status=409,
        )
    return found


def _check_guid(session: Session, guid: str) -> None:
    if guid and session.scalars(select(PostRow.id).where(PostRow.guid == guid)).first():
        raise UserError(
            f"There already is a post with the permanent id {guid!r}.",
            code="guid-taken",
            action="Edit that post instead.",
            field="guid",
            status=409,
        )


def no_post(post_id: int) -> NotFound:
    """The error for an id that no post has."""
    return NotFound(
        f"There is no post {post_id}.",
        code="post-unknown",
        action="Look it up with `blogengine post list`.",
    )


def _apply(session: Session, row: PostRow, order: Order) -> set[str]:
    """Set the row's columns from the draft; return the names of those that differ."""
    draft, fields = order.draft, set()
    for name in PLAIN_FIELDS:
        if name == "slug" and not draft.slug and row.path is not None:
            continue
        if getattr(row, name) != getattr(draft, name):
            setattr(row, name, getattr(draft, name))
            fields.add(name)
    source = draft.source.encode("utf-8", "surrogatepass")
    if row.source != source:
        row.source = source
        fields.add("source")
    if row.parent_id != draft.parent_id:
        row.parent_id = _parent(session, row, draft.parent_id)
        fields.add("parent_id")
    if draft.password:
        row.password_hash = generate_password_hash(draft.password)
        fields.add("password")
    if draft.visibility == "password" and not row.password_hash:
        raise refused("password", "A protected post needs a password.", "Give one.")
    fields |= _set_times(row, draft)
    fields |= _set_rendering(row, order)
    if draft.updated_at is not None and draft.updated_at != row.updated_at:
        fields.add("updated_at")
    if fields - OF_THE_ENGINE:
        row.updated_at = draft.updated_at or utcnow()
    return fields


def _parent(session: Session, row: PostRow, parent_id: int | None) -> int | None:
    above = session.get(PostRow, parent_id) if parent_id else None
    if parent_id is not None and (above is None or above.kind != "page"):
        raise refused("parent_id", f"There is no page {parent_id} to stand under.", "Choose one.")
    while above is not None:
        if above.id == row.id:
            raise refused("parent_id", "A page can't stand below itself.", "Choose another.")
        above = session.get(PostRow, above.parent_id) if above.parent_id else None
    return parent_id


def _set_times(row: PostRow, draft: PostDraft) -> set[str]:
    """Set status and publication time; a published post whose time lies ahead is scheduled."""
    now = utcnow()
    status, moment = draft.status, draft.published_at or row.published_at
    if status == "published" and moment is None:
        moment = now
    if status in ("published", "scheduled"):
        if moment is None:
            raise refused("published_at", "A scheduled post needs a time.", "Say when.")
        status = "scheduled" if moment > now else "published"
    changed = set()
    if status == "trashed" and row.status != "trashed":
        row.status_before_trash = row.status
    if row.status != status:
        row.status = status
        changed.add("status")
    if row.published_at != moment:
        row.published_at = moment
        changed.add("published_at")
    return changed


def _set_rendering(row: PostRow, order: Order) -> set[str]:
    changed = set()
    made = order.rendering
    if made is not None:
        row.html, row.text, row.words = made.html, made.text, made.words
        row.excerpt_html, row.excerpt = made.excerpt_html, made.excerpt
        row.headings = json.dumps([astuple(heading) for heading in made.headings])
        row.fingerprint = order.fingerprint
        changed.add("html")
    if row.hand_excerpt != order.draft.excerpt:
        row.hand_excerpt = order.draft.excerpt
        changed.add("excerpt")
    return changed


def _revise(session: Session, row: PostRow, order: Order) -> None:
    revision = RevisionRow(
        post_id=row.id,
        version=row.version,
        title=row.title,
        source=row.source,
        format=row.format,
        at=utcnow(),
        by=order.by,
        note=order.note,
    )
    session.add(revision)


def _log(session: Session, row: PostRow, touched: set[str], *, public: bool) -> None:
    keys = {f"post:{row.id}"} | touched
    if row.kind == "page" and public:
        keys.add("menu")
    changes.record(session, keys)


def keep_unrendered(post_id: int | None, order: Order) -> int:
    """Keep a text that can't be rendered: as a new draft, or as a revision of its post."""
    draft = order.draft
    with db.write() as session:
        row = _row(session, post_id, order)
        if post_id is None:
            row.title, row.source = draft.title, draft.source.encode("utf-8", "surrogatepass")
            row.format, row.slug, row.language = draft.format, draft.slug, draft.language
            row.hand_excerpt, row.published_at = draft.excerpt, draft.published_at
            row.visibility, row.comments_open = draft.visibility, draft.comments_open
            row.parent_id = _parent(session, row, draft.parent_id)
            if draft.password:
                row.password_hash = generate_password_hash(draft.password)
            labels = (
                set_terms(session, row.id, draft.terms),
                set_authors(session, row.id, draft.authors),
            )
            swaps = [swap for swap in labels if swap is not None]
            audit.record_all(session, [entry_of(row, None, (), swaps), *made_terms(swaps)])
            _revise(session, row, order)
        else:
            row.version += 1
            text = {"source": draft.source.encode("utf-8", "surrogatepass")}
            subject = f"post:{row.id}"
            audit.record(session, "post.text_kept", subject=subject, title=row.title, after=text)
            note = "Kept, but not shown: it couldn't be rendered"
            revision = RevisionRow(
                post_id=row.id,
                version=row.version,
                title=draft.title,
                source=draft.source.encode("utf-8", "surrogatepass"),
                format=draft.format,
                at=utcnow(),
                by=order.by,
                note=note,
            )
            session.add(revision)
        return row.id
