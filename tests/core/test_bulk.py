"""One act on many posts: each by the rights of who asked, to its end whoever is killed, undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from blogengine.actors import Actor, acting
from blogengine.db import db
from blogengine.errors import Denied, UserError
from blogengine.posts.service import Posts
from tests.conftest import Blog


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def blog(request: pytest.FixtureRequest, make_blog: Callable[..., Blog]) -> Iterator[Blog]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    yield make_blog(plugins=["writing_checks"], database_url=url)
    db.close()


def person(blog: Blog, role: str) -> Actor:
    link = blog.site.identity.people.invite(f"The {role}", f"{role}@example.org", role)
    blog.site.identity.accept_invitation(link.token, f"a password of the {role}")
    found = next(one for one in blog.site.users.all() if one.name == f"The {role}")
    return Actor("person", found.id, found.name, role, session="s")


def state(blog: Blog) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    drafts = [blog.site.posts.draft(post.id) for post in blog.site.posts.find(limit=100)]
    return sorted((d.status, d.terms.get("tag", ()), d.authors) for d in drafts)


@pytest.mark.parametrize("act", ["publish", "draft", "trash", "restore", "tag", "untag", "author"])
def test_every_act_is_done_and_taken_back(blog: Blog, act: str) -> None:
    blog.site.users.create("Ann")
    blog.site.users.create("Ben")
    for number in range(4):
        status = ("draft", "published", "trashed", "draft")[number]
        blog.post(f"P{number}", status=status, tags=["One", "Two"][: number % 3], authors=("ann",))
    before = state(blog)
    ids = [post.id for post in blog.site.posts.find()]
    value = {"tag": "Two", "untag": "one", "author": "ben"}.get(act, "")
    run = blog.site.bulk.ask(act, ids, value)
    assert run.state == "done" and run.counts["done"] and "refused" not in run.counts
    assert run.counts["done"] + run.counts.get("unchanged", 0) == 4
    assert state(blog) != before
    assert blog.site.bulk.undo(run.id).state == "undone"
    assert state(blog) == before


def test_many_are_a_job_that_goes_on_where_it_was_killed(
    blog: Blog, run_jobs: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [blog.post(f"P{number}", status="draft").id for number in range(25)]
    run = blog.site.bulk.ask("tag", ids, "Fresh")
    assert (run.state, run.settled) == ("waiting", 0)
    edit, done = Posts.edit, []

    def dies(self: Posts, number: int, **fields: Any) -> Any:
        saved = edit(self, number, **fields)
        done.append(number)
        if len(done) == 7:
            raise KeyboardInterrupt  # right after the save, before it is written down
        return saved

    with monkeypatch.context() as patch:
        patch.setattr(Posts, "edit", dies)
        with pytest.raises(KeyboardInterrupt):
            blog.site.jobs.run_due()
    assert blog.site.bulk.get(run.id).counts["done"] == 6
    versions = {number: blog.site.posts.get(number).version for number in ids}
    from sqlalchemy import update

    from blogengine.outbox import JobRow

    with db.write() as session:  # what the sweep does once the process is gone
        session.execute(update(JobRow).values(state="waiting", claim=""))
    run_jobs()
    run = blog.site.bulk.get(run.id)
    assert (run.state, run.counts) == ("done", {"done": 25})
    after = {number: blog.site.posts.get(number).version for number in ids}
    assert [after[n] - versions[n] for n in sorted(ids)] == [0] * 7 + [1] * 18
    blog.site.bulk.undo(run.id)
    run_jobs()
    assert blog.site.bulk.get(run.id).counts == {"undone": 25}
    assert all(not blog.site.posts.get(number).tags for number in ids)


def test_everybody_changes_what_they_may(blog: Blog) -> None:
    author = person(blog, "author")
    helper = person(blog, "contributor")
    slug = next(one.slug for one in blog.site.users.all() if one.id == author.id)
    mine = blog.post("Mine", status="draft", authors=(slug,)).id
    other = blog.post("Other", status="draft").id
    with acting(author):
        run = blog.site.bulk.ask("publish", [mine, other])
        assert run.counts == {"done": 1, "refused": 1}
        (problem,) = blog.site.bulk.problems(run.id)
        assert problem.post_id == other and "may not" in problem.message
        with pytest.raises(Denied):
            blog.site.bulk.ask("author", [mine], slug)
    with acting(helper):
        with pytest.raises(Denied):
            blog.site.bulk.ask("publish", [mine])
        with pytest.raises(UserError):
            blog.site.bulk.get(run.id)
    assert blog.site.posts.get(mine).public
    assert blog.site.posts.get(other).status == "draft"
    lines = blog.site.audit.find(subject=f"post:{mine}")
    assert {line.actor for line in lines if line.act == "post.published"} == {f"person:{author.id}"}


def test_checks_and_later_changes_are_respected(blog: Blog) -> None:
    fine = blog.post("Fine", status="draft").id
    bad = blog.post("Bad", "[Here]()", status="draft").id
    run = blog.site.bulk.ask("publish", [fine, bad])
    assert run.counts == {"done": 1, "refused": 1}
    assert "mended first" in blog.site.bulk.problems(run.id)[0].message
    blog.site.posts.trash(fine)
    assert blog.site.bulk.undo(run.id).counts == {"kept": 1, "refused": 1}
    assert blog.site.posts.get(fine).status == "trashed"
    with pytest.raises(UserError, match="taken back already"):
        blog.site.bulk.undo(run.id)


@pytest.mark.parametrize(
    ("act", "ids", "value"),
    [("burn", [1], ""), ("trash", [], ""), ("tag", [1], " "), ("author", [1], "nobody")],
)
def test_what_cannot_be_asked(make_blog: Any, act: str, ids: list[int], value: str) -> None:
    with pytest.raises(UserError):
        make_blog().site.bulk.ask(act, ids, value)
