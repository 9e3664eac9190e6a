"""`site.terms`: reading and changing the entries of taxonomies."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from blogengine import audit, changes
from blogengine.actors import require
from blogengine.clock import utcnow
from blogengine.contributions import TAG, Taxonomy
from blogengine.db import db
from blogengine.errors import NotFound, UserError
from blogengine.models import ListingCountRow, PostTermRow, TermHistoryRow, TermRow
from blogengine.names import check_name
from blogengine.queries import archives as reading
from blogengine.queries.rows import Mapper
from blogengine.rendering import Renderer, RenderJob, place
from blogengine.slugs import clean_slug, fold, make_slug
from blogengine.values import Term


@dataclass(frozen=True, slots=True)
class Terms:
    """Tags and the terms of other taxonomies. Every method needs an application context."""

    mapper: Callable[[], Mapper]
    renderer: Renderer

    def all(self, taxonomy: Taxonomy = TAG) -> tuple[Term, ...]:
        """Return the terms that have a public post, by name, with their counts."""
        return reading.all_terms(db.reading(), self.mapper(), taxonomy)

    def rename(self, slug: str, name: str, *, dry_run: bool = False) -> tuple[str, str]:
        """Give a tag another name and slug; return its old and new slug.

        The old address, its feeds and its pages answer with a redirect to the new one. Raises
        UserError 409 when another tag has that name: joining two is a merge.
        """
        require("terms.edit")
        check_name(name)
        with db.write() as session:
            term = self._find(session, slug)
            new = clean_slug(make_slug(name)) or term.slug
            self._check_free(session, term, name, new)
            if not dry_run:
                _move(session, term, name, new)
            return slug, new

    def describe(self, slug: str, description: str) -> None:
        """Set a tag's description, in Markdown."""
        require("terms.edit")
        rendering = self.renderer.render(RenderJob(description)) if description else None
        html = place(rendering.html, prefix="site-description-", level=2) if rendering else ""
        with db.write() as session:
            term = self._find(session, slug)
            audit.record(
                session,
                "term.described",
                subject=f"term:{term.id}",
                title=term.name,
                before={"description": term.description},
                after={"description": description},
            )
            term.description, term.description_html = description, html
            changes.record(session, [f"term:{term.id}"])

    def delete_unused(self, names: Iterable[str]) -> int:
        """Delete those of the named tags that no post carries; return how many."""
        require("terms.edit")
        folded = [fold(name) for name in names]
        with db.write() as session:
            used = select(PostTermRow.term_id)
            query = select(TermRow).where(
                TermRow.taxonomy == TAG.name, TermRow.folded.in_(folded), TermRow.id.not_in(used)
            )
            terms = list(session.scalars(query))
            if not terms:
                return 0
            ids = [term.id for term in terms]
            audit.record_all(session, (_deleted(term) for term in terms))
            session.execute(delete(TermRow).where(TermRow.id.in_(ids)))
            session.execute(
                delete(ListingCountRow).where(
                    ListingCountRow.scope == "term", ListingCountRow.scope_id.in_(ids)
                )
            )
            changes.record(session, [f"term:{number}" for number in ids])
            return len(ids)

    def _find(self, session: Session, slug: str) -> TermRow:
        query = select(TermRow).where(TermRow.taxonomy == TAG.name, TermRow.slug == slug)
        term = session.scalars(query).first()
        if term is None:
            raise NotFound(
                f"There is no tag {slug!r}.",
                code="tag-unknown",
                action="Look it up with `blogengine tag list`; use the slug.",
            )
        return term

    def _check_free(self, session: Session, term: TermRow, name: str, slug: str) -> None:
        others = select(TermRow).where(TermRow.taxonomy == TAG.name, TermRow.id != term.id)
        taken = others.where((TermRow.folded == fold(name)) | (TermRow.slug == slug))
        if not name.strip() or session.scalars(taken).first() is not None:
            raise UserError(
                f"There already is a tag {name!r}." if name.strip() else "A tag needs a name.",
                code="tag-name-taken",
                action="Choose another name.",
                field="name",
                status=409,
            )


def _deleted(term: TermRow) -> audit.Entry:
    names = ("taxonomy", "name", "slug", "description")
    known = {name: value for name in names if (value := getattr(term, name))}
    return audit.Entry("term.deleted", f"term:{term.id}", term.name, known)


def _move(session: Session, term: TermRow, name: str, slug: str) -> None:
    shown = " ".join(name.split())
    audit.record(
        session,
        "term.renamed",
        subject=f"term:{term.id}",
        title=shown,
        before={"name": term.name, "slug": term.slug},
        after={"name": shown, "slug": slug},
    )
    if slug != term.slug:
        here = TermHistoryRow.taxonomy == TAG.name
        session.execute(
            delete(TermHistoryRow).where(here, TermHistoryRow.slug.in_([slug, term.slug]))
        )
        session.add(
            TermHistoryRow(taxonomy=TAG.name, slug=term.slug, term_id=term.id, since=utcnow())
        )
    term.name, term.folded, term.slug = shown, fold(name), slug
    scope = (ListingCountRow.scope == "term", ListingCountRow.scope_id == term.id)
    now = utcnow()
    earlier = ListingCountRow.updated_at < now  # a list's date never goes back
    session.execute(update(ListingCountRow).where(*scope, earlier).values(updated_at=now))
    posts = session.scalars(select(PostTermRow.post_id).where(PostTermRow.term_id == term.id))
    changes.record(session, [f"term:{term.id}", *(f"post:{number}" for number in posts)])
