"""Whatever is done to posts in whatever order, what is kept beside them can be recomputed.

`listing`, `listing_counts` and the row `site_state` are written with every save instead of being
read from the posts, so nothing but such a test tells when one of them was forgotten.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from blogengine.checkup.lists import unranked
from blogengine.db import db
from blogengine.errors import UserError
from blogengine.models import (
    ListingCountRow,
    ListingRow,
    PathHistoryRow,
    PostAuthorRow,
    PostRow,
    PostTermRow,
    RevisionRow,
    SiteStateRow,
)

STEPS = 60
TITLES = ("Same title", "same title", "Größe", "2026", "17", "feed", "…", "", "About us", "x" * 300)
SLUGS = ("", "", "", "one", "two", "feed", "17", "page")
TAGS = ("Tea", "tea", "Green tea", "Große", "GROSSE", "C++", "日本")
PATTERNS = ("/{year}/{month}/{slug}/", "/{year}/{month}/{day}/{slug}/", "/{slug}/")


class Walk:
    """One random sequence of operations on the posts of a blog."""

    def __init__(self, blog: Any, seed: int) -> None:
        self.blog, self.posts, self.dice = blog, blog.site.posts, random.Random(seed)
        self.authors = [blog.site.users.create(name).slug for name in ("Ann", "Ben")]
        self.ids: list[int] = []
        self.done: list[str] = []

    def step(self) -> None:
        actions = [
            self.create, self.create, self.edit, self.edit, self.publish, self.publish, self.retime,
            self.unpublish, self.trash, self.restore, self.purge, self.retag, self.reauthor,
            self.turn, self.show_to, self.move, self.rename_tag, self.revert, self.due,
            self.describe, self.shape_tag,
        ]  # fmt: skip
        action = self.dice.choice(actions if self.ids else [self.create])
        self.done.append(action.__name__)
        try:
            action()
        except UserError as error:
            self.done[-1] += f" refused: {error.code}"

    def some(self) -> int:
        return self.dice.choice(self.ids)

    def moment(self) -> datetime:
        days = self.dice.choice((-4000, -400, -31, -1, 0, 1, 400))
        return datetime.now(UTC) + timedelta(days=days, seconds=self.dice.randint(-90000, 90000))

    def tags(self) -> dict[str, tuple[str, ...]]:
        return {"tag": tuple(self.dice.sample(TAGS, self.dice.randint(0, 4)))}

    def create(self) -> None:
        post = self.blog.post(
            self.dice.choice(TITLES),
            f"Text {self.dice.random()}",
            status=self.dice.choice(("draft", "published", "published", "scheduled")),
            published_at=self.dice.choice((None, self.moment(), self.moment())),
            slug=self.dice.choice(SLUGS),
            kind=self.dice.choice(("post", "post", "post", "page")),
            visibility=self.dice.choice(("public", "public", "private", "password")),
            terms=self.tags(),
            authors=tuple(self.dice.sample(self.authors, self.dice.randint(0, 2))),
        )
        self.ids.append(post.id)

    def edit(self) -> None:
        self.posts.edit(self.some(), title=self.dice.choice(TITLES), slug=self.dice.choice(SLUGS))

    def publish(self) -> None:
        self.posts.publish(self.some(), at=self.dice.choice((None, self.moment())))

    def retime(self) -> None:
        self.posts.edit(self.some(), published_at=self.moment())

    def unpublish(self) -> None:
        self.posts.unpublish(self.some())

    def trash(self) -> None:
        self.posts.trash(self.some())

    def restore(self) -> None:
        self.posts.restore(self.some())

    def purge(self) -> None:
        number = self.some()
        self.posts.purge(number)
        self.ids.remove(number)

    def retag(self) -> None:
        self.posts.edit(self.some(), terms=self.tags())

    def reauthor(self) -> None:
        names = self.dice.sample(self.authors, self.dice.randint(0, 2))
        self.posts.edit(self.some(), authors=tuple(names))

    def turn(self) -> None:
        self.posts.edit(self.some(), kind=self.dice.choice(("post", "page")))

    def show_to(self) -> None:
        self.posts.edit(self.some(), visibility=self.dice.choice(("public", "private", "password")))

    def move(self) -> None:
        self.posts.edit(self.some(), parent_id=self.dice.choice((None, self.some(), self.some())))

    def describe(self) -> None:
        self.posts.edit(self.some(), updated_at=self.moment(), excerpt=str(self.dice.random()))

    def rename_tag(self) -> None:
        slugs = [term.slug for term in self.blog.site.terms.all()]
        if slugs:
            self.blog.site.terms.rename(self.dice.choice(slugs), f"Tag {self.dice.randint(0, 5)}")

    def shape_tag(self) -> None:
        slugs = [term.slug for term in self.blog.site.terms.all()]
        if slugs:
            sort = self.dice.choice(("", "oldest", "updated", "manual"))
            pins = self.dice.sample(self.ids, min(len(self.ids), self.dice.randint(0, 3)))
            slug = self.dice.choice(slugs)
            self.blog.site.terms.describe(slug, sort=sort, pins=pins)
            self.blog.site.terms.arrange(slug, self.dice.sample(self.ids, len(self.ids) // 2))

    def revert(self) -> None:
        number = self.some()
        self.posts.restore_revision(number, self.dice.choice(self.posts.revisions(number)).version)

    def due(self) -> None:
        self.posts.publish_due(datetime.now(UTC) + timedelta(days=self.dice.choice((0, 2))))


def rows(entity: Any) -> list[Any]:
    return list(db.reading().execute(select(entity.__table__)))


def check(walk: Walk) -> None:
    """Recompute everything and compare."""
    db.end_reading()
    said = " → ".join(walk.done[-12:])
    posts = {row.id: row for row in rows(PostRow)}
    assert sorted(posts) == sorted(walk.ids), said
    public = {
        number: row
        for number, row in posts.items()
        if (row.kind, row.status, row.visibility) == ("post", "published", "public")
    }
    labels = [("term", row.term_id, row.post_id) for row in rows(PostTermRow)]
    labels += [("author", row.user_id, row.post_id) for row in rows(PostAuthorRow)]
    wanted = set()
    for number, row in public.items():
        year, month, day = map(int, row.local_date.split("-"))
        numbers = (year, year * 100 + month, (year * 100 + month) * 100 + day)
        scopes = [("home", 0), *zip(("year", "month", "day"), numbers, strict=True)]
        scopes += [(scope, label) for scope, label, post in labels if post == number]
        wanted |= {(*scope, row.published_at, number) for scope in scopes}
    listing = {(r.scope, r.scope_id, r.published_at, r.post_id) for r in rows(ListingRow)}
    assert listing == wanted, said
    with Session(db.reading()) as session:
        assert not unranked(session), said

    counts = {(row.scope, row.scope_id): row for row in rows(ListingCountRow)}
    expected = Counter((scope, number) for scope, number, _, _ in wanted)
    expected.setdefault(("home", 0), 0) if ("home", 0) in counts else None
    assert {place: row.posts for place, row in counts.items()} == dict(expected), said
    for scope, label, _, number in wanted:
        assert counts[scope, label].updated_at >= posts[number].updated_at, said

    (state,) = rows(SiteStateRow)
    scheduled = [row.published_at for row in posts.values() if row.status == "scheduled"]
    assert state.next_due == min(scheduled, default=None), said
    shown = [
        row
        for row in posts.values()
        if (row.kind, row.status, row.visibility) == ("page", "published", "public")
        and row.parent_id is None
    ]
    menu = [[row.path, row.title or "Untitled"] for row in shown]
    assert sorted(json.loads(state.menu)) == sorted(menu), said

    paths = {row.path for row in posts.values() if row.path}
    assert not paths & {row.path for row in rows(PathHistoryRow)}, said
    for row in posts.values():
        if row.status in ("published", "scheduled"):
            assert row.path, said
    newest: dict[int, int] = {}
    for row in rows(RevisionRow):
        newest[row.post_id] = max(newest.get(row.post_id, 0), row.version)
    assert newest == {number: row.version for number, row in posts.items()}, said


def check_pages(walk: Walk) -> None:
    """Every public post answers at its own address with its own text, and only those."""
    for row in rows(PostRow):
        if row.path is None:
            continue
        answer = walk.blog.get(walk.posts.get(row.id).url)
        reached = f'id="p{row.id}-title"' in answer.text and answer.status_code == 200
        public = row.status == "published" and row.visibility == "public"
        assert reached == public, (row.path, answer.status_code, row.status, row.visibility)


def walk_and_check(make_blog: Callable[..., Any], seed: int, **options: Any) -> Walk:
    zone = ("UTC", "America/New_York", "Pacific/Kiritimati")[seed % 3]
    settings = {"permalink": PATTERNS[seed // 3 % len(PATTERNS)], "timezone": zone}
    walk = Walk(make_blog(plugins=[], settings=settings, **options), seed)
    for _ in range(STEPS):
        walk.step()
        check(walk)
    return walk


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_what_is_kept_beside_posts_is_what_they_say(
    make_blog: Callable[..., Any], seed: int
) -> None:
    check_pages(walk_and_check(make_blog, seed))


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize("seed", range(3))
def test_the_same_on_postgresql(
    postgres_url: str, make_blog: Callable[..., Any], seed: int
) -> None:
    check_pages(walk_and_check(make_blog, seed, database_url=postgres_url))
