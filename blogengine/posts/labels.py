"""Terms and authors of a post: found by folded name or slug, made where they are new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from blogengine.errors import UserError
from blogengine.models import PostAuthorRow, PostTermRow, TermRow, UserRow
from blogengine.names import check_name
from blogengine.slugs import fold, make_slug, numbered

MOST_TERMS = 50


def set_terms(session: Session, post_id: int, terms: Mapping[str, Sequence[str]]) -> bool:
    """Give the post exactly these terms, in this order; return whether anything differs.

    Names that differ in case or spaces only are one term, shown as it was first written.
    """
    wanted: list[int] = []
    for taxonomy, names in terms.items():
        for name in names:
            term = find_or_make_term(session, taxonomy, name)
            if term.id not in wanted:
                wanted.append(term.id)
    if len(wanted) > MOST_TERMS:
        raise UserError(
            f"A post may have {MOST_TERMS} tags at most; this one has {len(wanted)}.",
            code="too-many-tags",
            action="Leave some out.",
            field="tags",
            status=422,
        )
    query = select(PostTermRow.term_id).where(PostTermRow.post_id == post_id)
    if list(session.scalars(query.order_by(PostTermRow.position))) == wanted:
        return False
    session.execute(delete(PostTermRow).where(PostTermRow.post_id == post_id))
    if wanted:
        rows = [{"post_id": post_id, "term_id": n, "position": i} for i, n in enumerate(wanted)]
        session.execute(insert(PostTermRow), rows)
    return True


def find_or_make_term(session: Session, taxonomy: str, name: str) -> TermRow:
    """Return the term of this name, made with an unused slug if there is none."""
    shown = check_name(name)
    here = TermRow.taxonomy == taxonomy
    term = session.scalars(select(TermRow).where(here, TermRow.folded == fold(shown))).first()
    if term is None:
        slug = free_slug(session, taxonomy, make_slug(shown) or "tag")
        term = TermRow(taxonomy=taxonomy, slug=slug, name=shown, folded=fold(shown))
        session.add(term)
        session.flush()
    return term


def free_slug(session: Session, taxonomy: str, wanted: str) -> str:
    """Return the slug, with a number behind it when another term of the taxonomy has it."""
    query = select(TermRow.slug).where(
        TermRow.taxonomy == taxonomy, TermRow.slug.startswith(wanted, autoescape=True)
    )
    taken = set(session.scalars(query))
    number = 1
    while numbered(wanted, number) in taken:
        number += 1
    return numbered(wanted, number)


def set_authors(session: Session, post_id: int, slugs: Sequence[str]) -> bool:
    """Give the post exactly these authors; return whether anything differs."""
    users = {user.slug: user.id for user in session.scalars(select(UserRow))} if slugs else {}
    unknown = [slug for slug in slugs if slug not in users]
    if unknown:
        raise UserError(
            f"There is no author {unknown[0]!r}.",
            code="author-unknown",
            action="Make the author first: blogengine user create.",
            field="authors",
            status=422,
        )
    wanted = list(dict.fromkeys(users[slug] for slug in slugs))
    query = select(PostAuthorRow.user_id).where(PostAuthorRow.post_id == post_id)
    if list(session.scalars(query.order_by(PostAuthorRow.position))) == wanted:
        return False
    session.execute(delete(PostAuthorRow).where(PostAuthorRow.post_id == post_id))
    if wanted:
        rows = [{"post_id": post_id, "user_id": n, "position": i} for i, n in enumerate(wanted)]
        session.execute(insert(PostAuthorRow), rows)
    return True
