"""The published-only listing and its counts, kept in the transaction that changes a post."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import case, delete, insert, literal, select, update
from sqlalchemy.orm import Session

from blogengine import changes
from blogengine.clock import utcnow
from blogengine.models import (
    ListingCountRow,
    ListingRow,
    PostAuthorRow,
    PostRow,
    PostTermRow,
    SiteStateRow,
)
from blogengine.posts.ranking import rank_terms
from blogengine.queries.menus import shown_menu
from blogengine.queries.pins import next_due_and_pins
from blogengine.state import STATE_ID

Scope = tuple[str, int]
HOME: Scope = ("home", 0)


def is_public(row: PostRow) -> bool:
    return row.status == "published" and row.visibility == "public"


def sync_listing(session: Session, row: PostRow) -> set[str]:
    """Make the listing say what the post's state says; return the surrogate keys it touched.

    Safe to repeat: it compares what is listed with what should be.
    """
    rows = session.execute(
        select(
            ListingRow.scope, ListingRow.scope_id, ListingRow.published_at, ListingRow.rank
        ).where(ListingRow.post_id == row.id)
    ).all()
    listed = {(scope, number): moment for scope, number, moment, _rank in rows}
    ranks = {(scope, number): rank for scope, number, _moment, rank in rows}
    wanted = _scopes(session, row) if row.kind == "post" and is_public(row) else set()
    moment = row.published_at or utcnow()
    stale = {scope for scope, at in listed.items() if scope not in wanted or at != moment}
    fresh = {scope for scope in wanted if listed.get(scope) != moment}
    for scope, number in stale:
        session.execute(
            delete(ListingRow).where(
                ListingRow.post_id == row.id,
                ListingRow.scope == scope,
                ListingRow.scope_id == number,
            )
        )
    if fresh:
        values = [
            {
                "scope": scope,
                "scope_id": number,
                "published_at": moment,
                "post_id": row.id,
                "rank": ranks.get((scope, number)),
            }
            for scope, number in sorted(fresh)
        ]
        session.execute(insert(ListingRow), values)
    for place in listed.keys() | wanted:
        _count(session, place, (place in wanted) - (place in listed), row.updated_at)
    terms = {number for scope, number in listed.keys() | wanted if scope == "term"}
    if terms:
        rank_terms(session, terms, posts=[row.id])
    return {f"{scope}:{number}" for scope, number in listed.keys() | wanted}


def _scopes(session: Session, row: PostRow) -> set[Scope]:
    year, month, day = (int(part) for part in row.local_date.split("-"))
    scopes: set[Scope] = {
        ("home", 0),
        ("year", year),
        ("month", year * 100 + month),
        ("day", (year * 100 + month) * 100 + day),
    }
    terms = session.scalars(select(PostTermRow.term_id).where(PostTermRow.post_id == row.id))
    scopes |= {("term", number) for number in terms}
    people = session.scalars(select(PostAuthorRow.user_id).where(PostAuthorRow.post_id == row.id))
    return scopes | {("author", number) for number in people}


def _count(session: Session, scope: Scope, delta: int, at: datetime) -> None:
    here = (ListingCountRow.scope == scope[0], ListingCountRow.scope_id == scope[1])
    # A list changes now when a post leaves it, and its date never goes back.
    stamp = max(at, utcnow()) if delta < 0 else at
    later = literal(stamp, ListingCountRow.updated_at.type)
    newest = case((ListingCountRow.updated_at > later, ListingCountRow.updated_at), else_=later)
    values = {"posts": ListingCountRow.posts + delta, "updated_at": newest}
    changed = session.execute(update(ListingCountRow).where(*here).values(values))
    if not changed.rowcount:  # type: ignore[attr-defined]
        row = {"scope": scope[0], "scope_id": scope[1], "posts": delta, "updated_at": at}
        session.execute(insert(ListingCountRow).values(row))
    elif delta < 0 and scope != HOME:
        session.execute(delete(ListingCountRow).where(*here, ListingCountRow.posts <= 0))


def sync_state(session: Session) -> None:
    """Write what every request wants to know without asking: next due moment, menu and pins."""
    menu = shown_menu(session.connection())
    due, pins = next_due_and_pins(session.connection(), utcnow())
    before = session.execute(select(SiteStateRow.pins).where(SiteStateRow.id == STATE_ID)).scalar()
    session.execute(
        update(SiteStateRow)
        .where(SiteStateRow.id == STATE_ID)
        .values(next_due=due, menu=json.dumps(menu), pins=pins)
    )
    if before != pins:
        changes.record(session, ["home:0"])


def sync_menu(session: Session) -> bool:
    """Write what the menu leads to now; return whether that differs."""
    menu = json.dumps(shown_menu(session.connection()))
    here = SiteStateRow.id == STATE_ID
    stood = session.execute(select(SiteStateRow.menu).where(here)).scalar()
    if stood == menu:
        return False
    session.execute(update(SiteStateRow).where(here).values(menu=menu))
    return True
