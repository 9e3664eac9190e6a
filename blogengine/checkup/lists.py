"""Lists and counts that are kept with each change, against what the posts themselves say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.orm import Session

from blogengine import changes
from blogengine.checkup.trouble import Trouble
from blogengine.clock import utcnow
from blogengine.config import Config
from blogengine.db import db
from blogengine.models import (
    ListingCountRow,
    ListingRow,
    PostAuthorRow,
    PostRow,
    PostTermRow,
    TermRow,
)
from blogengine.posts.listing import HOME, Scope, sync_state
from blogengine.posts.ranking import rank_terms, wanted_pins, wanted_ranks
from blogengine.queries.pins import next_due_and_pins, stored_state
from blogengine.starting import bare_app

Entry = tuple[str, int, datetime, int]
"""A row of the listing: scope, its id, when the post was published, the post."""

MANY_ROWS = 500
FIX = "blogengine doctor --fix"


def check_lists(config: Config) -> Iterator[Trouble]:
    """Compute the listing and the counts anew and compare them with the stored ones."""
    with bare_app(config):
        connection = db.reading()
        wanted = set(_wanted(connection))
        stored = _stored(connection)
        for said in _differences(wanted, stored):
            yield Trouble("lists", said, FIX, mend=lambda: mend_lists(config))
            return  # mending them puts the counts right as well
        counted = Counter(entry[:2] for entry in wanted)
        known = _counts(connection)
        for scope in sorted({*counted, *known}):
            if counted[scope] != known.get(scope, 0):
                said = (
                    f"The list {scope[0]}:{scope[1]} says {known.get(scope, 0)} posts "
                    f"and holds {counted[scope]}."
                )
                yield Trouble("counts", said, FIX, mend=lambda: mend_lists(config))
                return
        with Session(connection) as session:
            for number in unranked(session):
                said = f"The list term:{number} isn't in its order, or misses what is pinned there."
                yield Trouble("lists", said, FIX, mend=lambda: mend_lists(config))
                return
        yield from _state(connection, config)


def _differences(wanted: set[Entry], stored: set[Entry]) -> Iterator[str]:
    missing, more = len(wanted - stored), len(stored - wanted)
    if missing or more:
        yield f"The lists of posts miss {missing} entries and hold {more} that don't belong there."


def unranked(session: Session) -> list[int]:
    """Return the terms whose lists aren't sorted or pinned as they should be."""
    numbers = list(session.scalars(select(TermRow.id)))
    stored = select(ListingCountRow.scope_id, ListingCountRow.pins)
    rows = session.execute(stored.where(ListingCountRow.scope == "term"))
    pins: dict[int, str] = {number: said for number, said in rows}
    wrong: set[int] = set()
    for start in range(0, len(numbers), MANY_ROWS):
        some = numbers[start : start + MANY_ROWS]
        wrong |= {row.scope_id for row, rank in wanted_ranks(session, some) if row.rank != rank}
        wrong |= {n for n, said in wanted_pins(session, some) if pins.get(n, said) != said}
    return sorted(wrong)


def _state(connection: Connection, config: Config) -> Iterator[Trouble]:
    due, pins = next_due_and_pins(connection, utcnow())
    known, on_top = stored_state(connection)
    late = known is not None and known <= utcnow()  # the next request sees to it
    if not late and (known, on_top) != (due, pins):
        said = "The site doesn't know when the next scheduled post or pin is due."
        yield Trouble("lists", said, FIX, mend=lambda: mend_lists(config))


def mend_lists(config: Config) -> str:
    """Write what differs, in one transaction, and tell caches which lists are others now."""
    with bare_app(config), db.write() as session:
        connection = session.connection()
        wanted, stored = set(_wanted(connection)), _stored(connection)
        for scope, number, at, post in stored - wanted:
            here = {"scope": scope, "scope_id": number, "published_at": at, "post_id": post}
            session.execute(delete(ListingRow).filter_by(**here))
        _insert(session, sorted(wanted - stored))
        touched = {entry[:2] for entry in wanted ^ stored} | _mend_counts(session, wanted)
        touched |= {("term", number) for number in unranked(session)}
        rank_terms(session, [number for scope, number in touched if scope == "term"])
        sync_state(session)
        changes.record(session, (f"{scope}:{number}" for scope, number in touched))
    return f"{len(touched)} lists are right again."


def _insert(session: Session, entries: list[Entry]) -> None:
    for start in range(0, len(entries), MANY_ROWS):
        rows = [
            {"scope": scope, "scope_id": number, "published_at": at, "post_id": post}
            for scope, number, at, post in entries[start : start + MANY_ROWS]
        ]
        session.execute(insert(ListingRow), rows)


def _mend_counts(session: Session, wanted: set[Entry]) -> set[Scope]:
    counted = Counter(entry[:2] for entry in wanted)
    known = _counts(session.connection())
    wrong = {one for one in {*counted, *known, HOME} if counted[one] != known.get(one, -1)}
    for scope, number in wrong:
        here = (ListingCountRow.scope == scope, ListingCountRow.scope_id == number)
        session.execute(delete(ListingCountRow).where(*here))
        if counted[scope, number] or (scope, number) == HOME:
            row = {"scope": scope, "scope_id": number, "posts": counted[scope, number]}
            session.execute(insert(ListingCountRow).values(**row, updated_at=utcnow()))
    return wrong


def _wanted(connection: Connection) -> Iterator[Entry]:
    """Yield every entry that the posts' own state asks for."""
    public = (
        PostRow.kind == "post",
        PostRow.status == "published",
        PostRow.visibility == "public",
    )
    places: dict[int, list[Scope]] = defaultdict(list)
    for post, term in connection.execute(select(PostTermRow.post_id, PostTermRow.term_id)):
        places[post].append(("term", term))
    for post, user in connection.execute(select(PostAuthorRow.post_id, PostAuthorRow.user_id)):
        places[post].append(("author", user))
    query = select(PostRow.id, PostRow.published_at, PostRow.local_date).where(*public)
    for post, at, local in connection.execute(query):
        if at is None or not local:
            continue
        year, month, day = (int(part) for part in local.split("-"))
        dates = [("year", year), ("month", year * 100 + month)]
        dates.append(("day", (year * 100 + month) * 100 + day))
        for scope, number in [HOME, *dates, *places[post]]:
            yield scope, number, at, post


def _stored(connection: Connection) -> set[Entry]:
    row = ListingRow
    query = select(row.scope, row.scope_id, row.published_at, row.post_id)
    return {(scope, number, at, post) for scope, number, at, post in connection.execute(query)}


def _counts(connection: Connection) -> dict[Scope, int]:
    row = ListingCountRow
    query = select(row.scope, row.scope_id, row.posts)
    return {(scope, number): posts for scope, number, posts in connection.execute(query)}
