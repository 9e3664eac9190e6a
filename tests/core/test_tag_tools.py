"""Putting tags in order: rename, merge, split, alias, delete, and the way back from each."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from sqlalchemy import insert, select

from blogengine import audit, upkeep
from blogengine.checkup.lists import check_lists, mend_lists
from blogengine.db import db
from blogengine.errors import NotFound, UserError
from blogengine.models import (
    ListingCountRow,
    ListingRow,
    PostRow,
    PostTermRow,
    TermHistoryRow,
    TermRow,
)
from blogengine.tag_tables import GoneTermRow, TermAliasRow
from blogengine.tagged import Choice
from blogengine.terms.applying import count_terms
from blogengine.testing.blog import Workshop
from tests.conftest import Blog

pytestmark = pytest.mark.xdist_group("tag_tools")  # one site for all

FEEDS = ("feed/", "feed/atom/", "feed.json")


def rows(table: Any) -> list[tuple[Any, ...]]:
    return sorted(map(tuple, db.reading().execute(select(table.__table__))), key=repr)


def state() -> dict[str, list[tuple[Any, ...]]]:
    """Return all that acts on tags may touch, apart from the moments of the lists."""
    db.end_reading()
    tables = (TermRow, PostTermRow, TermHistoryRow, TermAliasRow, GoneTermRow, ListingRow)
    found = {table.__tablename__: rows(table) for table in tables}
    found["counts"] = [row[:3] for row in rows(ListingCountRow)]
    return found


def tags_of(blog: Blog, post_id: int) -> list[str]:
    return [term.name for term in blog.site.posts.get(post_id).tags]


def hop(blog: Blog, path: str) -> tuple[int, str]:
    """Return where one hop leads, and that nothing but a page stands there."""
    answer = blog.get(path)
    where = answer.headers.get("Location", "")
    if answer.status_code == 301:
        assert blog.get(where).status_code == 200, where
    return answer.status_code, where


def fill(blog: Blog, count: int, tags: dict[str, Callable[[int], bool]]) -> None:
    """Write many posts at once, public but for every tenth."""
    now = datetime.now(UTC)
    with db.write() as session:
        audit.no_act(session, "posts", "post_terms", "terms")
        names = {name: number for number, name in enumerate(tags, start=1)}
        for name, number in names.items():
            folded = name.lower()
            slug = folded.replace(" ", "-")
            session.add(TermRow(id=number, taxonomy="tag", slug=slug, name=name, folded=folded))
        session.flush()
        base = {"kind": "post", "visibility": "public", "source": b"", "format": "markdown"}
        base |= {"html": "", "text": "", "excerpt": "", "words": 0, "fingerprint": ""}
        posts, labels = [], []
        for n in range(1, count + 1):
            at = now - timedelta(minutes=n)
            posts.append(
                {
                    **base,
                    "id": n,
                    "guid": f"urn:x:{n}",
                    "title": f"Post {n}",
                    "slug": f"post-{n}",
                    "path": f"/p/{n}/",
                    "status": "draft" if n % 10 == 0 else "published",
                    "created_at": at,
                    "updated_at": at,
                    "published_at": at,
                    "local_date": at.date().isoformat(),
                }
            )
            carried = [names[name] for name, fits in tags.items() if fits(n)]
            labels += [
                {"post_id": n, "term_id": term, "position": place}
                for place, term in enumerate(carried)
            ]
        session.execute(insert(PostRow), posts)
        session.execute(insert(PostTermRow), labels)
    mend_lists(blog.site.config)
    with db.write() as session:
        audit.no_act(session, "terms")
        count_terms(session, names.values())


THOUSAND: dict[str, Callable[[int], bool]] = {
    "Sea": lambda n: n % 2 == 0,
    "Ocean": lambda n: n % 3 == 0,
    "The deep": lambda n: n % 5 == 0,
    "Everything": lambda _n: True,
}


@pytest.fixture(scope="module")
def thousand(
    blogengine_workshop: Workshop, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Blog]:
    """A blog of 1,000 posts, shared: every test puts back what it does."""
    folder = tmp_path_factory.mktemp("thousand") / "blog"
    blog = blogengine_workshop.build(folder, plugins=["feeds"])
    fill(blog, 1000, THOUSAND)
    yield blog
    blog.close()


def urls(slug: str) -> list[str]:
    return [f"/tag/{slug}/{ending}" for ending in ("", "page/2/", *FEEDS)]


def test_renaming_a_tag_of_many_posts(thousand: Blog) -> None:
    before, terms = state(), thousand.site.terms
    shown = terms.rename("sea", "The Sea", dry_run=True)
    assert state() == before and not shown.done
    done = terms.rename("sea", "The Sea")
    assert (done.summary, done.rerouted) == (shown.summary, shown.rerouted)
    for path in urls("sea"):
        assert hop(thousand, path) == (301, path.replace("/sea/", "/the-sea/"))
    terms.rename("the-sea", "Blue water")
    for slug in ("sea", "the-sea"):  # chains are one hop
        assert hop(thousand, f"/tag/{slug}/feed/") == (301, "/tag/blue-water/feed/")
    for act in terms.acts(limit=2):
        terms.undo(act.id)
    assert state() == before
    assert thousand.get("/tag/sea/").status_code == 200
    assert thousand.get("/tag/the-sea/").status_code == 404


def test_merging_tags_of_many_posts(thousand: Blog) -> None:
    before, terms = state(), thousand.site.terms
    carried = {n: {name for name, fits in THOUSAND.items() if fits(n)} for n in range(1, 1001)}
    shown = terms.merge(["sea", "the-deep"], "ocean", dry_run=True)
    assert state() == before
    assert shown.tagged_before == shown.tagged_after
    assert set(shown.post_ids) == {n for n in carried if carried[n] & {"Sea", "The deep"}}
    assert len(shown.retagged) == 100

    done = terms.merge(["sea", "the-deep"], "ocean")
    assert done.post_ids == shown.post_ids and done.retagged == shown.retagged
    names = {row.id: row.name for row in db.reading().execute(select(TermRow.__table__))}
    now: dict[int, list[str]] = {}
    for post, term, _place in sorted(rows(PostTermRow)):
        now.setdefault(post, []).append(names[term])
    for n, labels in carried.items():
        wanted = {"Ocean" if name in ("Sea", "The deep") else name for name in labels}
        assert set(now[n]) == wanted and len(now[n]) == len(wanted)
    assert sorted(names.values()) == ["Everything", "Ocean"]
    assert terms.get("ocean").posts == sum("Ocean" in labels for labels in now.values())
    assert list(check_lists(thousand.site.config)) == []

    for slug in ("sea", "the-deep"):
        for path in urls(slug):
            assert hop(thousand, path) == (301, path.replace(f"/{slug}/", "/ocean/"))
    assert hop(thousand, "/tag/sea+everything/") == (301, "/tag/everything+ocean/")
    terms.undo(done.id)
    assert state() == before
    assert list(check_lists(thousand.site.config)) == []


def test_a_page_that_a_merged_list_lacks_leads_to_its_first(thousand: Blog) -> None:
    before, terms = state(), thousand.site.terms
    act = terms.split("sea", "Shore", Choice(ids=(2, 4)))
    also = terms.rename("shore", "Coast")
    assert hop(thousand, "/tag/shore/page/7/") == (301, "/tag/coast/")
    terms.undo(also.id)
    terms.undo(act.id)
    assert state() == before


@pytest.mark.parametrize(
    "act",
    [
        lambda terms, **how: terms.rename("sea", "Ozean", **how),
        lambda terms, **how: terms.merge(["sea"], "ocean", **how),
        lambda terms, **how: terms.split("sea", "Shore", Choice(words="Post 1"), **how),
        lambda terms, **how: terms.alias("sea", "Meer", **how),
        lambda terms, **how: terms.delete("sea", pointer="ocean", **how),
        lambda terms, **how: terms.delete("sea", pointer="ocean", redirect=True, **how),
        lambda terms, **how: terms.describe("sea", "*Salt.*", colour="#1A6B4C", **how),
    ],
    ids=["rename", "merge", "split", "alias", "delete", "redirect", "describe"],
)
def test_a_preview_changes_nothing_and_tells_what_the_act_does(
    thousand: Blog, act: Callable[..., Any]
) -> None:
    before, terms = state(), thousand.site.terms
    shown = act(terms, dry_run=True)
    assert state() == before
    done = act(terms)
    assert (done.post_ids, done.rerouted, done.notes) == (
        shown.post_ids,
        shown.rerouted,
        shown.notes,
    )
    assert state() != before
    back = terms.undo(done.id, dry_run=True)
    assert set(back.post_ids) == set(done.post_ids)
    terms.undo(done.id)
    assert state() == before


def test_acts_cost_statements_by_portions_of_posts(
    thousand: Blog, statements: Callable[..., Any]
) -> None:
    with statements(thousand.app) as made:
        act = thousand.site.terms.merge(["everything"], "sea")
    assert len(act.post_ids) == 1000
    # Reading the plan and writing 1,000 posts: some for each 400 posts, none for each post.
    assert len(made) < 70
    thousand.site.terms.undo(act.id)


def test_lists_cost_the_same_whatever_the_number_of_posts(
    thousand: Blog, statements: Callable[..., Any]
) -> None:
    with statements(thousand.app) as made:
        found, total = thousand.site.terms.find(sort="posts")
    assert [tag.slug for tag in found][:2] == ["everything", "sea"] and total == 4
    assert (found[1].posts, found[1].public) == (500, 400)
    assert len(made) <= 5
    assert not any("post_terms" in statement for statement in made)


# --- small blogs ----------------------------------------------------------------------------------


@pytest.fixture
def blog(make_blog: Callable[..., Blog]) -> Blog:
    return make_blog(plugins=["feeds"])


def test_an_alias_is_resolved_where_it_is_written_and_where_it_is_visited(blog: Blog) -> None:
    blog.post(tags=["JavaScript"])
    blog.site.terms.alias("javascript", "JS")
    post = blog.post(tags=["js", "Tea"])
    assert tags_of(blog, post.id) == ["JavaScript", "Tea"]
    assert hop(blog, "/tag/js/") == (301, "/tag/javascript/")
    assert hop(blog, "/tag/js/feed.json") == (301, "/tag/javascript/feed.json")
    blog.site.terms.unalias("JS")
    assert blog.get("/tag/js/").status_code == 404
    assert tags_of(blog, blog.post(tags=["js"]).id) == ["js"]


def test_a_name_that_was_renamed_or_merged_still_means_the_tag(blog: Blog) -> None:
    blog.post(tags=["Sea", "Boats"])
    blog.site.terms.rename("sea", "Ocean")
    blog.site.terms.merge(["boats"], "ocean")
    assert tags_of(blog, blog.post(tags=["Boats", "sea"]).id) == ["Ocean"]


def test_names_that_are_taken_are_refused_with_the_way_out(blog: Blog) -> None:
    blog.post(tags=["Sea", "Ocean"])
    terms = blog.site.terms
    terms.alias("sea", "Meer")
    for act in (
        lambda: terms.rename("ocean", "SEA"),
        lambda: terms.rename("ocean", "Meer"),
        lambda: terms.alias("ocean", "sea"),
        lambda: terms.alias("ocean", "Meer"),
    ):
        with pytest.raises(UserError) as refused:
            act()
        assert (refused.value.code, refused.value.status) == ("tag-name-taken", 409)
    for wrong in (
        lambda: terms.merge(["sea"], "sea"),
        lambda: terms.split("sea", "Sea", Choice(ids=(1,))),
        lambda: terms.split("sea", "Shore", Choice()),
        lambda: terms.split("sea", "Shore", Choice(ids=(99,))),
        lambda: terms.delete("sea", redirect=True),
        lambda: terms.describe("sea", colour="red"),
        lambda: terms.describe("sea", image="javascript:alert(1)"),
    ):
        with pytest.raises(UserError):
            wrong()
    with pytest.raises(NotFound):
        terms.merge(["sea"], "nothing")


def test_a_deleted_tag_is_gone_and_points_at_another(blog: Blog) -> None:
    post = blog.post(tags=["Sea", "Tea"])
    terms = blog.site.terms
    terms.rename("sea", "Ocean")
    act = terms.delete("ocean", pointer="tea")
    assert tags_of(blog, post.id) == ["Tea"]
    for slug in ("sea", "ocean"):
        for ending in ("", "page/2/", "feed/", "feed.json"):
            answer = blog.get(f"/tag/{slug}/{ending}")
            assert answer.status_code == 410
        assert 'href="/tag/tea/"' in blog.get(f"/tag/{slug}/").text
    terms.rename("tea", "Green tea")  # the pointer follows
    assert 'href="/tag/green-tea/"' in blog.get("/tag/sea/").text
    said = blog.get("/tag/sea/", headers={"Accept": "application/json"}).get_json()
    assert said["code"] == "tag-deleted"
    with pytest.raises(UserError) as covered:
        terms.undo(act.id)
    assert covered.value.code == "tag-act-covered"


def test_a_deleted_tag_may_lead_straight_to_another(blog: Blog) -> None:
    blog.post(tags=["Sea", "Tea"])
    blog.site.terms.alias("sea", "Meer")
    blog.site.terms.delete("sea", pointer="tea", redirect=True)
    for slug in ("sea", "meer"):
        assert hop(blog, f"/tag/{slug}/feed/") == (301, "/tag/tea/feed/")
    post = blog.post(tags=["Sea"])  # a new tag of this name, which needs an address of its own
    assert [term.slug for term in post.tags] == ["sea-2"]


def test_a_split_takes_the_posts_that_fit_everything_said(blog: Blog) -> None:
    ann = blog.site.users.create("Ann").slug
    old = datetime(2020, 5, 1, tzinfo=UTC)
    one = blog.post("Boats", "Words on sails.", tags=["Sea", "Old"], published_at=old)
    two = blog.post("Sails", tags=["Sea"], authors=(ann,))
    three = blog.post("Fish", tags=["Old", "Sea"], published_at=old)
    split = blog.site.terms.split

    def chosen(**said: Any) -> tuple[int, ...]:
        return split("sea", "Sailing", Choice(**said), dry_run=True).post_ids

    assert chosen(words="sails") == (one.id, two.id)
    assert chosen(words="sails", tag="old") == (one.id,)
    assert chosen(author=ann) == (two.id,)
    assert chosen(until=old + timedelta(days=1)) == (one.id, three.id)
    assert chosen(since=old + timedelta(days=1)) == (two.id,)
    effect = split("sea", "Sailing", Choice(words="sails"))
    assert tags_of(blog, one.id) == ["Sailing", "Old"]
    assert blog.get("/tag/sailing/").status_code == 200
    blog.site.terms.undo(effect.id)
    assert blog.get("/tag/sailing/").status_code == 404
    split("sea", "Sailing", Choice(words="sails"), keep=True)
    assert tags_of(blog, one.id) == ["Sea", "Sailing", "Old"]


def test_undo_keeps_what_was_changed_since_and_says_so(blog: Blog) -> None:
    posts = blog.site.posts
    same = blog.post(tags=["A", "Sea", "B"])
    more = blog.post(tags=["A", "Sea"])
    gone = blog.post(tags=["Sea"])
    purged = blog.post(tags=["Sea", "Ocean"])
    act = blog.site.terms.merge(["sea"], "ocean")
    posts.edit(more.id, terms={"tag": ("New", "A", "Ocean")})
    posts.edit(gone.id, terms={"tag": ("Other",)})
    posts.purge(purged.id)
    done = blog.site.terms.undo(act.id)
    assert tags_of(blog, same.id) == ["A", "Sea", "B"]
    assert tags_of(blog, more.id) == ["New", "A", "Sea"]
    assert tags_of(blog, gone.id) == ["Other"]
    assert any("2 posts" in note for note in done.notes)
    assert any("no longer there" in note for note in done.notes)
    assert list(check_lists(blog.site.config)) == []


def test_undo_of_a_split_leaves_a_tag_that_others_got_since(blog: Blog) -> None:
    first = blog.post(tags=["Sea"])
    act = blog.site.terms.split("sea", "Shore", Choice(ids=(first.id,)))
    later = blog.post(tags=["Shore"])
    done = blog.site.terms.undo(act.id)
    assert tags_of(blog, first.id) == ["Sea"]
    assert tags_of(blog, later.id) == ["Shore"]
    assert any("Shore" in note for note in done.notes)


def test_undo_refuses_where_a_name_was_given_away(blog: Blog) -> None:
    blog.post(tags=["Sea", "Tea"])
    terms = blog.site.terms
    act = terms.delete("sea")
    again = blog.post(tags=["Sea"])
    before = state()
    for dry_run in (True, False):
        with pytest.raises(UserError) as refused:
            terms.undo(act.id, dry_run=dry_run)
        assert refused.value.code == "tag-name-taken"
    assert state() == before
    terms.rename("sea", "Sea 2")
    blog.site.posts.edit(again.id, terms={"tag": ("Tea",)})
    terms.unalias("Sea")
    terms.undo(act.id)
    assert {tag.name for tag in terms.find()[0]} == {"Sea", "Sea 2", "Tea"}


def test_an_act_can_be_undone_once_and_for_thirty_days(blog: Blog) -> None:
    blog.post(tags=["Sea"])
    terms = blog.site.terms
    act = terms.rename("sea", "Ocean")
    terms.undo(act.id)
    with pytest.raises(UserError, match="already"):
        terms.undo(act.id)
    old = terms.rename("sea", "Ocean")
    later = datetime.now(UTC) + timedelta(days=30, minutes=1)
    with mock.patch("blogengine.clock.system_time", lambda: later):
        assert not terms.acts()[0].undoable
        with pytest.raises(UserError, match="30 days"):
            terms.undo(old.id)
        upkeep.prune(blog.site, {})
    db.end_reading()
    assert terms.acts() == ()
    with pytest.raises(NotFound):
        terms.undo(old.id)


def test_the_report_names_what_may_be_one_tag(blog: Blog) -> None:
    for name in ("e-mail", "E mail", "Recipe", "Recipes", "Café", "Cafe", "Python", "Pyhton"):
        blog.post(tags=[name])
    for name in ("C", "C++", "C#", "Go", "2019", "2018", "Bus", "Class", "story", "Stories"):
        blog.post(tags=[name])
    for _ in range(3):
        blog.post(tags=["Trip", "Japan 2025"])
    found = {
        (alike.reason, *sorted(tag.name for tag in alike.tags))
        for alike in blog.site.terms.duplicates()
    }
    assert found == {
        ("letters", "E mail", "e-mail"),
        ("letters", "Cafe", "Café"),
        ("plural", "Recipe", "Recipes"),
        ("plural", "Stories", "story"),
        ("spelling", "Pyhton", "Python"),
        ("posts", "Japan 2025", "Trip"),
    }


def test_completion_knows_other_names(blog: Blog) -> None:
    for _ in range(2):
        blog.post(tags=["Green tea"])
    blog.post(tags=["Teapots", "Steam"], status="draft")
    blog.site.terms.alias("green-tea", "Tee")
    found = blog.site.terms.complete("te")
    assert [(one.name, one.slug, one.count, one.alias_of) for one in found] == [
        ("Tee", "green-tea", 2, "Green tea"),
        ("Teapots", "teapots", 1, None),
        ("Green tea", "green-tea", 2, None),
    ]
    assert blog.site.terms.complete("%") == () == blog.site.terms.complete(" ")


def test_every_tag_and_post_has_its_line_in_the_trail(blog: Blog) -> None:
    post = blog.post("First", tags=["Sea"])
    blog.post(tags=["Ocean"])
    act = blog.site.terms.merge(["sea"], "ocean")
    blog.site.terms.undo(act.id)
    lines = [
        (line.act, line.subject.partition(":")[0], line.before, line.after)
        for line in blog.site.audit.find(limit=20)
    ]
    assert ("post.retagged", "post", {"tags": ["Sea"]}, {"tags": ["Ocean"]}) in lines
    assert ("post.retagged", "post", {"tags": ["Ocean"]}, {"tags": ["Sea"]}) in lines
    assert {"term.merged", "term.undone"} <= {line[0] for line in lines}
    found = blog.site.audit.find(act="post.retagged")
    assert [line.subject for line in found] == [f"post:{post.id}"] * 2


def test_plugins_are_told_once_of_an_act(blog: Blog, make_blog: Callable[..., Blog]) -> None:
    """`on_tags_changed`, by the plugin that lists related posts."""
    blog = make_blog(plugins=["related"])
    first = blog.post("Quays", "", tags=["ships"])
    blog.post("Cranes", "", tags=["harbours"])
    assert "Read next" not in blog.get(first.url).text
    blog.site.terms.merge(["harbours"], "ships")
    blog.site.jobs.run_due()
    db.end_reading()
    assert "Read next" in blog.get(first.url).text


def test_the_command_line_does_it_all(
    blog: Blog, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    post = blog.post("Boats", tags=["Sea", "Ocean"])

    def tag(*arguments: str) -> Any:
        assert blog.run("tag", *arguments, "--json") == 0
        return json.loads(capsys.readouterr().out)

    assert [(row["slug"], row["posts"]) for row in tag("list")] == [("ocean", 1), ("sea", 1)]
    before = state()
    assert tag("merge", "sea", "ocean", "--dry-run")["post_ids"] == [post.id]
    assert state() == before
    merged = tag("merge", "sea", "ocean")
    assert merged["rerouted"] == [{"path": "/tag/sea/", "status": 301, "to": "/tag/ocean/"}]
    assert tag("undo", str(merged["id"]))["done"]
    assert state() == before
    tag("rename", "sea", "The Sea")
    tag("split", "the-sea", "Shore", "--containing", "boats")
    tag("alias", "shore", "Beach")
    tag("alias", "shore", "Beach", "--remove")
    tag("describe", "shore", "--description", "Sand.", "--colour", "#aabbcc")
    assert tag("show", "shore")["colour"] == "#aabbcc"
    tag("delete", "shore", "--pointer", "ocean")
    assert tag("report") == []
    assert len(tag("acts")) == 7
    assert blog.run("tag", "merge", "sea") == 64
    assert blog.run("tag", "rename", "nothing", "Else") == 65


# --- random sequences -----------------------------------------------------------------------------

NAMES = ("Tea", "tea ", "Teas", "Green tea", "Sea", "Ocean", "Große", "C++", "日本")


class Sequence:
    """Random acts and saves. What was carried is followed by name, apart from the engine."""

    def __init__(self, blog: Blog, seed: int) -> None:
        self.blog, self.dice = blog, random.Random(seed)
        self.done: list[str] = []
        self.stack: list[tuple[int, Any]] = []
        for n in range(12):
            self.save(f"Post {n}")

    def save(self, title: str) -> None:
        self.blog.post(
            title,
            tags=self.dice.sample(NAMES, self.dice.randint(0, 3)),
            status=self.dice.choice(("published", "published", "draft")),
            kind=self.dice.choice(("post", "post", "page")),
        )

    def slug(self) -> str:
        tags, _ = self.blog.site.terms.find()
        return self.dice.choice(tags).slug if tags else "none"

    def act(self) -> None:
        terms, dice = self.blog.site.terms, self.dice
        name, one, other, third = dice.choice(NAMES), self.slug(), self.slug(), self.slug()
        keep, lead = dice.random() < 0.3, dice.random() < 0.5
        choice, pointer = Choice(words=str(dice.randint(0, 9))), dice.choice(("", other))
        acts: dict[str, Callable[[bool], Any]] = {
            "rename": lambda dry: terms.rename(one, name, dry_run=dry),
            "merge": lambda dry: terms.merge([one, other], third, dry_run=dry),
            "split": lambda dry: terms.split(one, name, choice, keep=keep, dry_run=dry),
            "alias": lambda dry: terms.alias(one, name, dry_run=dry),
            "delete": lambda dry: terms.delete(
                one, pointer=pointer, redirect=bool(pointer) and lead, dry_run=dry
            ),
        }
        chosen = dice.choice([*acts])
        self.done.append(chosen)
        before = state()
        try:
            shown = acts[chosen](True)
            assert state() == before, self.done
            effect = acts[chosen](False)
        except UserError as error:
            self.done[-1] += f" refused: {error.code}"
            assert state() == before, self.done
            return
        assert effect.post_ids == shown.post_ids, self.done
        if chosen == "merge":
            assert effect.tagged_before == effect.tagged_after
        if effect.id:
            self.stack.append((effect.id, before))

    def edit(self) -> None:
        posts = self.blog.site.posts.find(limit=100)
        post = self.dice.choice(posts)
        tags = tuple(self.dice.sample(NAMES, self.dice.randint(0, 3)))
        self.done.append(f"edit {post.id}")
        self.blog.site.posts.edit(post.id, terms={"tag": tags})


def consistent(blog: Blog, said: object) -> None:
    """Whatever is kept beside the tags is what can be counted, and every address is one hop."""
    db.end_reading()
    assert list(check_lists(blog.site.config)) == [], said
    labels = rows(PostTermRow)
    for term in rows(TermRow):
        carried = sum(label[1] == term[0] for label in labels)
        (entry,) = [tag for tag in blog.site.terms.find(limit=500)[0] if tag.id == term[0]]
        assert entry.posts == carried, said
    live = {row[2] for row in rows(TermRow)}
    folded = {row[4] for row in rows(TermRow)}
    assert not folded & {row[1] for row in rows(TermAliasRow)}, said
    assert not live & {row[1] for row in rows(TermHistoryRow)}, said
    for post in {label[0] for label in labels}:
        places = sorted(label[2] for label in labels if label[0] == post)
        assert places == list(range(len(places))), said


def undo_all(walk: Sequence) -> None:
    """Undo from the last to the first: after each, everything is exactly as it was before."""
    for number, before in reversed(walk.stack):
        walk.blog.site.terms.undo(number)
        assert state() == before, (number, walk.done)


@pytest.mark.parametrize("seed", range(3))
def test_random_acts_are_undone_exactly(make_blog: Callable[..., Blog], seed: int) -> None:
    walk = Sequence(make_blog(plugins=[]), seed)
    for _ in range(14):
        walk.act()
        consistent(walk.blog, walk.done)
    assert len(walk.stack) > 3
    undo_all(walk)


@pytest.mark.parametrize("seed", range(4, 6))
def test_random_acts_and_saves_leave_everything_consistent(
    make_blog: Callable[..., Blog], seed: int
) -> None:
    walk = Sequence(make_blog(plugins=[]), seed)
    for _ in range(16):
        walk.dice.choice((walk.act, walk.act, walk.edit))()
        consistent(walk.blog, walk.done)
    for number, _ in reversed(walk.stack):
        try:
            walk.blog.site.terms.undo(number)
        except UserError as error:
            walk.done.append(f"undo {number} refused: {error.code}")
        consistent(walk.blog, walk.done)


@pytest.mark.postgres
def test_random_acts_on_postgresql(postgres_url: str, make_blog: Callable[..., Blog]) -> None:
    walk = Sequence(make_blog(plugins=[], database_url=postgres_url), 9)
    for _ in range(12):
        walk.act()
    consistent(walk.blog, walk.done)
    assert walk.blog.site.terms.duplicates() is not None
    assert walk.blog.site.terms.complete("te") is not None
    undo_all(walk)
