"""Writing a planned act: the rows themselves, then the lists and counts that follow from them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import and_, delete, func, insert, literal, select, update
from sqlalchemy.orm import Session

from blogengine import audit, changes
from blogengine.audit import Entry
from blogengine.clock import utcnow
from blogengine.models import ListingCountRow, ListingRow, PostRow, PostTermRow, TermRow
from blogengine.posts.listing import sync_menu
from blogengine.posts.ranking import rank_terms
from blogengine.queries import tagging
from blogengine.queries.tagging import portions
from blogengine.terms.change import KEPT, NEW, POST, TERM, Change, Step

NOT_WRITTEN = ("id", "carried")
"""Columns of a term that no act sets: the one never changes, the other is counted anew."""


def apply(session: Session, change: Change) -> None:
    """Write a change in the caller's transaction, with its lines in the trail."""
    session.flush()
    _make_terms(session, change)
    _write_posts(session, change)
    for kind in KEPT:
        _write_kept(session, change, kind)
    gone = [int(key) for key, step in change.of(TERM) if step.after is None]
    for some in portions(gone):
        session.execute(delete(TermRow).where(TermRow.id.in_(some)))
    terms = change.touched_terms()
    moved = nest(session, change.taxonomy.name) if change.taxonomy.levels else set()
    _list_anew(session, change, terms)
    rank_terms(session, terms)
    terms |= moved
    keys = {f"term:{term}" for term in terms} | {f"post:{post}" for post in change.posts()}
    for term in terms - change.moved_terms():
        keys |= {f"post:{post}" for post in tagging.labels_of_posts(session.connection(), [term])}
    if sync_menu(session):
        keys.add("menu")
    changes.record(session, keys)
    session.expire_all()


def nest(session: Session, taxonomy: str) -> set[int]:
    """Write the addresses that follow from who stands below whom; return whose changed."""
    query = select(TermRow.id, TermRow.slug, TermRow.parent_id, TermRow.path)
    rows = {row.id: row for row in session.execute(query.where(TermRow.taxonomy == taxonomy))}
    moved = set()
    for row in rows.values():
        slugs, above, seen = [row.slug], rows.get(row.parent_id), {row.id}
        while above is not None and above.id not in seen:
            slugs.insert(0, above.slug)
            seen.add(above.id)
            above = rows.get(above.parent_id)
        path = "/".join(slugs) if len(slugs) > 1 else ""
        if path != row.path:
            session.execute(update(TermRow).where(TermRow.id == row.id).values(path=path))
            moved.add(row.id)
    return moved


def _make_terms(session: Session, change: Change) -> None:
    """Insert and update terms; the plan's NEW becomes the id that the database gave."""
    for key, step in list(change.of(TERM)):
        number = int(key)
        if step.after is None:
            continue
        values = {name: value for name, value in step.after.items() if name not in NOT_WRITTEN}
        if step.before is not None:
            session.execute(update(TermRow).where(TermRow.id == number).values(values))
        elif number != NEW:
            session.execute(insert(TermRow).values(id=number, **values))
        else:
            row = TermRow(**values)
            session.add(row)
            session.flush()
            _name_new(change, row.id)


def _name_new(change: Change, number: int) -> None:
    """Put the new term's id where the plan has NEW."""
    change.steps[TERM, str(number)] = change.steps.pop((TERM, str(NEW)))
    change.names[number] = change.names.pop(NEW, "")
    change.targets = tuple(number if one == NEW else one for one in change.targets)
    for key, step in list(change.of(POST)):
        after = tuple(number if one == NEW else one for one in step.after)
        change.steps[POST, key] = Step(step.before, after)


def _write_posts(session: Session, change: Change) -> None:
    posts = change.posts()
    for some in portions(posts):
        session.execute(delete(PostTermRow).where(PostTermRow.post_id.in_(some)))
        rows = [
            {"post_id": post, "term_id": term, "position": position}
            for post in some
            for position, term in enumerate(posts[post][1])
        ]
        if rows:
            session.execute(insert(PostTermRow), rows)


def _write_kept(session: Session, change: Change, kind: str) -> None:
    table, column = KEPT[kind]
    steps = dict(change.of(kind))
    for some in portions(steps):
        there = getattr(table, column).in_(some)
        session.execute(delete(table).where(table.taxonomy == change.taxonomy.name, there))
    rows = [
        {"taxonomy": change.taxonomy.name, column: key, **step.after}
        for key, step in steps.items()
        if step.after is not None
    ]
    if rows:
        session.execute(insert(table), rows)


def _list_anew(session: Session, change: Change, terms: set[int]) -> None:
    """Write the published listing of the posts, and the counts of all terms concerned."""
    posts = change.posts()
    public = and_(
        PostRow.kind == "post", PostRow.status == "published", PostRow.visibility == "public"
    )
    for some in portions(posts):
        session.execute(
            delete(ListingRow).where(ListingRow.scope == "term", ListingRow.post_id.in_(some))
        )
        listed = (
            select(literal("term"), PostTermRow.term_id, PostRow.published_at, PostRow.id)
            .join(PostRow, PostRow.id == PostTermRow.post_id)
            .where(PostRow.id.in_(some), public)
        )
        columns = ["scope", "scope_id", "published_at", "post_id"]
        session.execute(insert(ListingRow).from_select(columns, listed))
    count_terms(session, terms)


def count_terms(session: Session, terms: Iterable[int]) -> None:
    """Count the posts of these terms anew. A list's date never goes back."""
    numbers = sorted(terms)
    here = (ListingCountRow.scope == "term", ListingCountRow.scope_id.in_(numbers))
    stamps = session.scalars(select(ListingCountRow.updated_at).where(*here))
    stamp = max([utcnow(), *stamps])
    for some in portions(numbers):
        counted = (
            select(ListingRow.scope_id, func.count())
            .where(ListingRow.scope == "term", ListingRow.scope_id.in_(some))
            .group_by(ListingRow.scope_id)
        )
        found: Any = session.execute(counted).all()
        session.execute(
            delete(ListingCountRow).where(
                ListingCountRow.scope == "term", ListingCountRow.scope_id.in_(some)
            )
        )
        rows = [
            {"scope": "term", "scope_id": term, "posts": count, "updated_at": stamp}
            for term, count in found
        ]
        if rows:
            session.execute(insert(ListingCountRow), rows)
        carrying = (
            select(func.count())
            .select_from(PostTermRow)
            .where(PostTermRow.term_id == TermRow.id)
            .scalar_subquery()
        )
        session.execute(update(TermRow).where(TermRow.id.in_(some)).values(carried=carrying))


NAMED = {
    "rename": "term.renamed",
    "merge": "term.merged",
    "split": "term.split",
    "alias": "term.alias_added",
    "unalias": "term.alias_removed",
    "delete": "term.deleted",
    "describe": "term.described",
    "make": "term.created",
}
TOLD = (
    "name slug description image colour seo_title seo_description internal display page_size sort "
    "template pins parent_id"
).split()


def trace(session: Session, change: Change, *, act: str = "", number: int = 0) -> None:
    """Write a line for every tag and post that a change touches."""
    name = act or NAMED[change.act]
    posts = change.posts()
    also = {"posts": len(posts)} if posts else {}
    also |= {"act": number} if number else {}
    lines = []
    terms = dict(change.of(TERM))
    for key, step in terms.items():
        before, after = step.before or {}, step.after or {}
        told = {one: before[one] for one in TOLD if before.get(one)}
        became = {one: after[one] for one in TOLD if after and (after[one] or one in told)}
        called = (step.after or step.before)["name"]
        line = "term.created" if step.before is None and not act else name
        into = {"into": change.names.get(change.targets[0], "")} if change.targets else {}
        lines.append(Entry(line, f"term:{key}", called, told, {**became, **into, **also}))
    for key, step in change.of("alias"):
        row = step.after or step.before
        if str(row["term_id"]) not in terms:
            before = {"alias": key} if step.before else {}
            after = {"alias": key} if step.after else {}
            called = change.names.get(row["term_id"], "")
            lines.append(Entry(name, f"term:{row['term_id']}", called, before, {**after, **also}))
    if not lines and posts:
        term = change.targets[0] if change.targets else min(change.moved_terms())
        called = change.names.get(term, "")
        lines.append(Entry(name, f"term:{term}", called, {}, also))
    audit.record_all(session, lines)
    _trace_posts(session, change)


def _trace_posts(session: Session, change: Change) -> None:
    posts = change.posts()
    unnamed = {one for pair in posts.values() for terms in pair for one in terms}
    names = dict(change.names)
    for some in portions(sorted(unnamed - {*names})):
        rows = session.execute(select(TermRow.id, TermRow.name).where(TermRow.id.in_(some)))
        names |= {row.id: row.name for row in rows}
    for some in portions(posts):
        titled = session.execute(select(PostRow.id, PostRow.title).where(PostRow.id.in_(some)))
        titles = {row.id: row.title for row in titled}
        audit.record_all(
            session,
            [
                Entry(
                    "post.retagged",
                    f"post:{post}",
                    titles.get(post, ""),
                    *({"tags": [names.get(one, "") for one in terms]} for terms in posts[post]),
                )
                for post in some
            ],
        )
