"""Keeping the index equal to what everybody may read, in the transaction of each change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from blogengine.api import Post, Session, Site, delete, insert, select, update
from blogengine_plugins.search.backends import foreign_backend, own_backend
from blogengine_plugins.search.documents import Document, document_of
from blogengine_plugins.search.models import Document as Row
from blogengine_plugins.search.models import State
from blogengine_plugins.search.vocabulary import relearn

AT_ONCE = 20
"""Posts that one act on tags takes in itself; the others are taken in by a job right after it."""

JOB = "search.follow"
LANGUAGES = "languages"


def follow(site: Site, session: Session, ids: Collection[int]) -> None:
    """Take these posts in as they are now, or out, within a running write."""
    posts = {post.id: post for post in site.posts.by_ids(sorted(ids), text=True)}
    store(site, session, {number: posts.get(number) for number in ids})


def follow_labels(site: Site, session: Session, ids: Sequence[int]) -> None:
    """Take posts in whose tags or authors read otherwise; of thousands, most by a job."""
    follow(site, session, ids[:AT_ONCE])
    for start in range(AT_ONCE, len(ids), AT_ONCE):
        site.jobs.enqueue(session, JOB, {"posts": list(ids[start : start + AT_ONCE])})


def follow_many(site: Site, payload: Mapping[str, Any]) -> None:
    """The job: take posts in, and tell a backend that stands elsewhere."""
    ids = {int(number) for number in payload["posts"]}
    with site.db.write() as session:
        follow(site, session, ids)


def store(site: Site, session: Session, posts: Mapping[int, Post | None]) -> None:
    """Write what differs: posts that aren't public are taken out."""
    wanted = {
        number: document_of(site, post)
        for number, post in posts.items()
        if post is not None and post.public
    }
    known = known_rows(session, posts)
    gone = [
        row
        for number, row in known.items()
        if number not in wanted or wanted[number].stamp != row.stamp
    ]
    new = [one for number, one in wanted.items() if number not in known or known[number] in gone]
    if not gone and not new:
        return
    write(site, session, gone, new)


def write(site: Site, session: Session, gone: Sequence[Any], new: Sequence[Document]) -> None:
    """Take rows out and documents in, everywhere."""
    backend = own_backend(site)
    backend.remove(session, [row.place for row in gone])
    if gone:
        ids = [row.post_id for row in gone]
        session.execute(delete(Row).where(Row.post_id.in_(ids)))
    if new:
        backend.put(session, new)
        session.execute(insert(Row), [_row(document) for document in new])
        note_languages(session, {document.language for document in new})
    relearn(
        session,
        lost=[row.learnt.split() for row in gone],
        learnt=[document.learnt for document in new],
    )
    if foreign_backend(site) is not None:
        payload = {
            "out": [row.place for row in gone],
            "posts": [document.post_id for document in new],
        }
        site.jobs.enqueue(session, "search.tell", payload)


def known_rows(session: Session, ids: Iterable[int]) -> dict[int, Any]:
    """Return what is stored of these posts."""
    query = select(Row.post_id, Row.place, Row.stamp, Row.learnt).where(Row.post_id.in_([*ids]))
    return {row.post_id: row for row in session.execute(query)}


def forget_all(site: Site, session: Session) -> None:
    """Empty the index."""
    own_backend(site).clear(session)
    for table in (Row, State):
        session.execute(delete(table))
    relearn(session, everything=True)


def tell(site: Site, payload: Mapping[str, Any]) -> None:
    """The job: tell the backend of another plugin what an edit has changed."""
    backend = foreign_backend(site)
    if backend is None:
        return
    posts = site.posts.by_ids([int(number) for number in payload["posts"]], text=True)
    documents = [document_of(site, post) for post in posts]
    backend.remove(None, [*map(int, payload["out"]), *(one.place for one in documents)])
    backend.put(None, documents)


def note_languages(session: Session, languages: Iterable[str]) -> None:
    """Remember by which languages' rules there are stems, so that a search asks for those."""
    stored = session.get(State, LANGUAGES)
    before = {*stored.value.split()} if stored else set()
    wanted = before | {one for one in languages if one}
    if wanted == before:
        return
    value = " ".join(sorted(wanted))
    if stored is None:
        session.execute(insert(State).values(name=LANGUAGES, value=value))
    else:
        session.execute(update(State).where(State.name == LANGUAGES).values(value=value))
        session.expire(stored)


def _row(document: Document) -> dict[str, object]:
    return {
        "post_id": document.post_id,
        "place": document.place,
        "kind": document.kind,
        "stamp": document.stamp,
        "learnt": " ".join(sorted(document.learnt)),
    }
