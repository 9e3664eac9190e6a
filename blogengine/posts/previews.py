"""`site.previews`: a text as its page would be, and links by which others read a draft.

A link is signed, so that it can be shown again, and has a row, so that it can be taken back. It
opens one post and nothing else, and is of no use once the post is public or in the trash.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer
from markupsafe import Markup
from sqlalchemy import delete, select, update

from blogengine import audit
from blogengine.actors import current_actor, require
from blogengine.clock import utcnow
from blogengine.db import db
from blogengine.errors import NotFound, UserError
from blogengine.models import TermRow, UserRow
from blogengine.posts.asking import prepared
from blogengine.posts.rights import permitted
from blogengine.posts.service import Posts
from blogengine.rendering import place
from blogengine.slugs import fold, make_slug
from blogengine.taxonomies import TAG
from blogengine.values import Author, Post, PostDraft, Term
from blogengine.writing import PreviewLinkRow

SALT = "preview-link"
PATH = "/admin/preview/"
USUAL_DAYS = 7
MOST_DAYS = 90
KEPT = timedelta(days=30)
"""How long a link's row is kept after its end, for whoever asks what became of it."""


@dataclass(frozen=True, slots=True)
class PreviewLink:
    """A link by which anybody who has it reads one draft until it expires or is revoked."""

    id: int
    post_id: int
    path: str
    by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it works at this moment."""
        return self.revoked_at is None and self.expires_at > utcnow()


@dataclass(frozen=True, slots=True)
class Previews:
    """Showing what isn't public to whom it may concern. Needs an application context."""

    posts: Posts
    secret: str

    def render(self, draft: PostDraft, post_id: int | None = None) -> Post:
        """Return a draft as its own page would show it; nothing is stored.

        Raises what saving it would raise: Denied, UserError, Reject, TextTooCostly.
        """
        before = None if post_id is None else self.posts.get(post_id)
        draft = permitted(before, self.posts.sound(replace(draft, status="draft")))
        draft = prepared(self.posts.hooks, draft, before, self.posts.sound)
        made = self.posts.manner().render(
            self.posts.renderer, self.posts.hooks.guard, draft, self.posts.pictures
        )
        now = utcnow()
        local = self.posts.mapper().local
        return Post(
            id=post_id or 0,
            guid="",
            kind=draft.kind,
            title=draft.title,
            slug=draft.slug,
            url="",
            status="draft",
            visibility=draft.visibility,
            html=Markup(place(made.html, prefix="", level=2)),
            excerpt=draft.excerpt or made.excerpt,
            published_at=local(draft.published_at or now),
            updated_at=local(now),
            created_at=local(now),
            version=before.version if before else 0,
            words=made.words,
            language=draft.language,
            template=draft.template,
            comments_open=False,
            text=made.text,
            authors=self._authors(draft),
            terms=self._terms(draft),
            featured_image=draft.featured_image,
            featured_alt=draft.featured_alt,
            seo_title=draft.seo_title,
            seo_description=draft.seo_description,
            headings=made.headings,
        )

    def make(self, post_id: int, *, days: int = USUAL_DAYS) -> PreviewLink:
        """Make a link to a post that isn't public. Raises Denied, NotFound, UserError."""
        post = self.posts.get(post_id)
        require("posts.edit", post)
        if not 1 <= days <= MOST_DAYS:
            raise UserError(
                f"A link can't work for {days} days.",
                code="preview-days-invalid",
                action=f"Choose from 1 to {MOST_DAYS}.",
                field="days",
                status=422,
            )
        if post.public or post.status == "trashed":
            what = "is public: its own address does it" if post.public else "is in the trash"
            raise UserError(
                f"The post {what}.",
                code="preview-not-needed",
                action="Links are for drafts, scheduled, private and protected posts.",
                status=409,
            )
        now = utcnow()
        with db.write() as session:
            row = PreviewLinkRow(
                post_id=post_id,
                by=current_actor().name,
                created_at=now,
                expires_at=now + timedelta(days=days),
            )
            session.add(row)
            session.flush()
            subject = f"post:{post_id}"
            told = {"link": row.id, "expires_at": row.expires_at}
            audit.record(
                session, "post.preview_made", subject=subject, title=post.title, after=told
            )
            return self._value(row)

    def of(self, post_id: int) -> tuple[PreviewLink, ...]:
        """Return the links of a post that work, the newest first. Raises Denied, NotFound."""
        require("posts.edit", self.posts.get(post_id))
        query = select(PreviewLinkRow.__table__).where(
            PreviewLinkRow.post_id == post_id, PreviewLinkRow.revoked_at.is_(None)
        )
        query = query.where(PreviewLinkRow.expires_at > utcnow())
        rows = db.reading().execute(query.order_by(PreviewLinkRow.id.desc()))
        return tuple(self._value(row) for row in rows)

    def revoke(self, number: int) -> PreviewLink:
        """Take a link back: it opens nothing any more. Raises Denied, NotFound."""
        query = select(PreviewLinkRow.__table__).where(PreviewLinkRow.id == number)
        row = db.reading().execute(query).first()
        if row is None:
            raise gone()
        post = self.posts.get(row.post_id)
        require("posts.edit", post)
        with db.write() as session:
            here = (PreviewLinkRow.id == number, PreviewLinkRow.revoked_at.is_(None))
            session.execute(update(PreviewLinkRow).where(*here).values(revoked_at=utcnow()))
            subject = f"post:{post.id}"
            told = {"link": number}
            audit.record(
                session, "post.preview_revoked", subject=subject, title=post.title, before=told
            )
        return self._value(row)

    def open(self, token: str) -> Post:
        """Return the post that a link leads to; raises NotFound for one that doesn't work."""
        try:
            number = int(self._signer.loads(token))
        except (BadSignature, TypeError, ValueError):
            raise gone() from None
        query = select(PreviewLinkRow.__table__).where(PreviewLinkRow.id == number)
        row = db.reading().execute(query).first()
        if row is None or not self._value(row).open:
            raise gone()
        post = self.posts.get(row.post_id)
        if post.status == "trashed":
            raise gone()
        return post

    def prune(self) -> None:
        """Delete the rows of links that have long ended."""
        with db.write() as session:
            ended = PreviewLinkRow.expires_at < utcnow() - KEPT
            session.execute(delete(PreviewLinkRow).where(ended))

    @property
    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret, salt=SALT)

    def _value(self, row: Any) -> PreviewLink:
        path = f"{PATH}{self._signer.dumps(row.id)}/"
        times = (row.created_at, row.expires_at, row.revoked_at)
        return PreviewLink(row.id, row.post_id, path, row.by, *times)

    def _authors(self, draft: PostDraft) -> tuple[Author, ...]:
        query = select(UserRow.id, UserRow.slug, UserRow.name).where(
            UserRow.slug.in_(draft.authors)
        )
        found = {row.slug: self.posts.mapper().author(row) for row in db.reading().execute(query)}
        return tuple(found[slug] for slug in draft.authors if slug in found)

    def _terms(self, draft: PostDraft) -> tuple[Term, ...]:
        """Return the terms that are there, and stand-ins for those that saving would make."""
        mapper = self.posts.mapper()
        terms: list[Term] = []
        for taxonomy, names in draft.terms.items():
            path = mapper.taxonomies.get(taxonomy, TAG).path
            keys = [fold(name) for name in names]
            query = select(TermRow.id, TermRow.taxonomy, TermRow.slug, TermRow.name, TermRow.folded)
            query = query.add_columns(TermRow.path, TermRow.internal)
            query = query.where(TermRow.taxonomy == taxonomy, TermRow.folded.in_(keys))
            known: Mapping[str, Any] = {row.folded: row for row in db.reading().execute(query)}
            for name, key in zip(names, keys, strict=True):
                if key in known:
                    terms.append(mapper.term(known[key]))
                else:
                    slug = make_slug(name)
                    terms.append(Term(0, taxonomy, slug, name, f"/{path}/{slug}/"))
        return tuple(term for term in terms if not term.internal)


def gone() -> NotFound:
    """The error of a link that opens nothing: all reasons look the same to a stranger."""
    return NotFound(
        "This link doesn't work any more.",
        code="preview-gone",
        action="Ask whoever sent it for a new one.",
    )
