"""Terms and authors of a post: found by folded name or slug, made where they are new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from blogengine.errors import UserError
from blogengine.models import PostAuthorRow, PostTermRow, TermHistoryRow, TermRow, UserRow
from blogengine.names import check_name
from blogengine.slugs import fold, make_slug, numbered
from blogengine.tag_tables import TermAliasRow

MOST_TERMS = 50


@dataclass(frozen=True, slots=True)
class Swap:
    """Labels of a post that were replaced, by their names; `made` are terms that are new."""

    name: str
    before: object
    after: object
    made: tuple[TermRow, ...] = ()


def set_terms(session: Session, post_id: int, terms: Mapping[str, Sequence[str]]) -> Swap | None:
    """Give the post exactly these terms, in this order; return what differs, None for nothing.

    Names that differ in case or spaces only are one term, shown as it was first written.
    """
    wanted: dict[int, TermRow] = {}
    made: list[TermRow] = []
    for taxonomy, names in terms.items():
        for name in names:
            term, is_new = find_or_make_term(session, taxonomy, name)
            wanted.setdefault(term.id, term)
            made += [term] if is_new else []
    if len(wanted) > MOST_TERMS:
        raise UserError(
            f"A post may have {MOST_TERMS} tags at most; this one has {len(wanted)}.",
            code="too-many-tags",
            action="Leave some out.",
            field="tags",
            status=422,
        )
    query = select(TermRow.id, TermRow.taxonomy, TermRow.name)
    query = query.join(PostTermRow, PostTermRow.term_id == TermRow.id)
    query = query.where(PostTermRow.post_id == post_id).order_by(PostTermRow.position)
    before = session.execute(query).all()
    if [row.id for row in before] == list(wanted):
        return None
    session.execute(delete(PostTermRow).where(PostTermRow.post_id == post_id))
    if wanted:
        rows = [{"post_id": post_id, "term_id": n, "position": i} for i, n in enumerate(wanted)]
        session.execute(insert(PostTermRow), rows)
    count_carried(session, {row.id for row in before}, {*wanted})
    return Swap("terms", _by_taxonomy(before), _by_taxonomy(wanted.values()), tuple(made))


def count_carried(session: Session, before: set[int], after: set[int]) -> None:
    """Keep count of the posts that carry each term, in whatever state."""
    for numbers, difference in ((before - after, -1), (after - before, 1)):
        if numbers:
            change = update(TermRow).where(TermRow.id.in_(numbers))
            session.execute(change.values(carried=TermRow.carried + difference))


def _by_taxonomy(terms: Iterable[Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for term in terms:
        found.setdefault(term.taxonomy, []).append(term.name)
    return found


def find_or_make_term(session: Session, taxonomy: str, name: str) -> tuple[TermRow, bool]:
    """Return the term of this name, made with an unused slug if there is none; and whether so.

    A name that stands for a term gives that term.
    """
    shown = check_name(name)
    here = TermRow.taxonomy == taxonomy
    term = session.scalars(select(TermRow).where(here, TermRow.folded == fold(shown))).first()
    if term is None:
        named = (TermAliasRow.taxonomy == taxonomy, TermAliasRow.folded == fold(shown))
        aliased = select(TermRow).join(TermAliasRow, TermAliasRow.term_id == TermRow.id)
        term = session.scalars(aliased.where(*named)).first()
    is_new = term is None
    if term is None:
        slug = free_slug(session, taxonomy, make_slug(shown) or "tag")
        term = TermRow(taxonomy=taxonomy, slug=slug, name=shown, folded=fold(shown))
        session.add(term)
        session.flush()
    return term, is_new


def free_slug(session: Session, taxonomy: str, wanted: str) -> str:
    """Return the slug, with a number behind it when another term of the taxonomy has or had it."""
    taken: set[str] = set()
    for table in (TermRow, TermHistoryRow):
        query = select(table.slug).where(
            table.taxonomy == taxonomy, table.slug.startswith(wanted, autoescape=True)
        )
        taken |= set(session.scalars(query))
    number = 1
    while numbered(wanted, number) in taken:
        number += 1
    return numbered(wanted, number)


def set_authors(session: Session, post_id: int, slugs: Sequence[str]) -> Swap | None:
    """Give the post exactly these authors; return what differs, None for nothing."""
    users = {user.slug: user for user in session.scalars(select(UserRow))} if slugs else {}
    unknown = [slug for slug in slugs if slug not in users]
    if unknown:
        raise UserError(
            f"There is no author {unknown[0]!r}.",
            code="author-unknown",
            action="Make the author first: blogengine user create.",
            field="authors",
            status=422,
        )
    names = {users[slug].id: users[slug].name for slug in slugs}
    wanted = list(names)
    query = select(UserRow.id, UserRow.name).join(
        PostAuthorRow, PostAuthorRow.user_id == UserRow.id
    )
    query = query.where(PostAuthorRow.post_id == post_id).order_by(PostAuthorRow.position)
    before = session.execute(query).all()
    if [row.id for row in before] == wanted:
        return None
    session.execute(delete(PostAuthorRow).where(PostAuthorRow.post_id == post_id))
    if wanted:
        rows = [{"post_id": post_id, "user_id": n, "position": i} for i, n in enumerate(wanted)]
        session.execute(insert(PostAuthorRow), rows)
    return Swap("authors", [row.name for row in before], list(names.values()))
