"""Links by which others read a draft: for one post, for a time, seen by nobody else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from blogengine.actors import Actor, acting
from blogengine.clock import utcnow
from blogengine.errors import Denied, UserError
from blogengine.testing.blog import Workshop
from blogengine.values import PostDraft
from tests.conftest import Blog

pytestmark = pytest.mark.xdist_group("previews")  # one site for all


@pytest.fixture(scope="module")
def blog(blogengine_workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    folder: Path = tmp_path_factory.mktemp("previews") / "blog"
    made = blogengine_workshop.build(folder, plugins=["feeds", "related", "comments"])
    yield made
    made.close()


def draft(blog: Blog, **fields: Any) -> int:
    words = {"title": "Not yet", "source": "Secret words.", **fields}
    return blog.site.posts.create(PostDraft(**words)).id


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "draft"},
        {"status": "scheduled", "published_at": utcnow() + timedelta(days=3)},
        {"status": "published", "visibility": "private"},
        {"status": "published", "visibility": "password", "password": "open sesame"},
    ],
)
def test_a_link_shows_what_is_not_public(blog: Blog, fields: dict[str, Any]) -> None:
    number = draft(blog, **fields)
    link = blog.site.previews.make(number)
    answer = blog.get(link.path)
    assert answer.status_code == 200
    assert "Secret words." in answer.text and "<h1" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert 'name="robots" content="noindex"' in answer.text
    assert "canonical" not in answer.text and "ETag" not in answer.headers
    assert "<form" not in answer.text  # no comments on what isn't there
    for path in ("/", "/feed/", "/tags/", f"/{utcnow().year}/"):
        assert "Secret words." not in blog.get(path).text
        assert link.path not in blog.get(path).text


def test_a_link_ends_when_it_expires_is_revoked_or_forged(
    blog: Blog, freeze: Callable[..., Any]
) -> None:
    number = draft(blog)
    first, second = blog.site.previews.make(number, days=1), blog.site.previews.make(number)
    other = blog.site.previews.make(draft(blog, title="Other", source="Elsewhere."))
    assert blog.get(first.path).status_code == 200
    token = first.path.rstrip("/").rpartition("/")[2]
    # Not the last character: some of its bits say nothing.
    forged = token[:-2] + ("B" if token[-2] == "A" else "A") + token[-1]
    assert blog.get(first.path.replace(token, forged)).status_code == 404
    mixed = other.path.rstrip("/").rpartition("/")[2].partition(".")[0]
    assert blog.get(first.path.replace(token.partition(".")[0], mixed)).status_code == 404
    blog.site.previews.revoke(second.id)
    gone = blog.get(second.path)
    assert gone.status_code == 404 and "new one" in gone.text
    assert [link.id for link in blog.site.previews.of(number)] == [first.id]
    freeze(utcnow() + timedelta(days=1, seconds=1))
    assert blog.get(first.path).status_code == 404
    assert blog.site.previews.of(number) == ()


def test_a_link_leads_on_to_the_published_post_and_dies_in_the_trash(blog: Blog) -> None:
    number = draft(blog)
    link = blog.site.previews.make(number)
    post = blog.site.posts.publish(number)
    answer = blog.get(link.path)
    assert (answer.status_code, answer.headers["Location"]) == (303, post.url)
    blog.site.posts.trash(number)
    assert blog.get(link.path).status_code == 404
    with pytest.raises(UserError, match="trash"):
        blog.site.previews.make(number)


def test_links_are_for_those_who_may_edit_the_post(blog: Blog) -> None:
    stranger = blog.site.users.create("Stranger", role="contributor")
    author = blog.site.users.create("Writer", role="author")
    number = draft(blog, authors=(author.slug,))
    link = blog.site.previews.make(number)
    with acting(Actor("person", stranger.id, "Stranger", "contributor")):
        with pytest.raises(Denied):
            blog.site.previews.make(number)
        with pytest.raises(Denied):
            blog.site.previews.revoke(link.id)
    with acting(Actor("person", author.id, "Writer", "author")):
        assert blog.site.previews.make(number, days=3).by == "Writer"
    acts = [line.act for line in blog.site.audit.find(subject=f"post:{number}")]
    assert "post.preview_made" in acts
    with pytest.raises(UserError, match="91 days"):
        blog.site.previews.make(number, days=91)


def test_a_text_is_rendered_as_its_page_and_not_stored(blog: Blog) -> None:
    before = len(blog.site.posts.find(limit=1000))
    shown = blog.site.previews.render(
        PostDraft(title="New", source="*Now* here.").with_tags("Fresh tag")
    )
    assert "<em>Now</em>" in shown.html and shown.tags[0].name == "Fresh tag"
    assert len(blog.site.posts.find(limit=1000)) == before
    assert "Fresh tag" not in {term.name for term in blog.site.terms.all()}


def test_the_command_line_makes_lists_and_revokes_links(
    blog: Blog, capsys: pytest.CaptureFixture[str]
) -> None:
    number = draft(blog)
    capsys.readouterr()
    assert blog.run("post", "preview", str(number), "--days", "2", "--json") == 0
    made = json.loads(capsys.readouterr().out)
    path = made["url"].removeprefix(blog.site.base_url)
    assert blog.get(path).status_code == 200
    assert blog.run("post", "preview", str(number), "--list", "--json") == 0
    assert [one["link"] for one in json.loads(capsys.readouterr().out)] == [made["link"]]
    assert blog.run("post", "preview", str(number), "--revoke", str(made["link"])) == 0
    assert blog.get(path).status_code == 404


def test_the_command_line_pins_compares_and_changes_many(
    blog: Blog, capsys: pytest.CaptureFixture[str]
) -> None:
    number = draft(blog, source="One\nTwo\n")
    options = ("--pin-from", "2020-01-01T00:00", "--seo-title", "T", "--picture", "/media/a.png")
    assert blog.run("post", "edit", str(number), "--text", "One\nThree\n", *options) == 0
    kept = blog.site.posts.draft(number)
    assert (kept.seo_title, kept.featured_image) == ("T", "/media/a.png")
    assert kept.pinned_from is not None
    assert blog.run("post", "edit", str(number), "--pin-from", "") == 0
    assert blog.site.posts.draft(number).pinned_from is None
    capsys.readouterr()
    assert blog.run("post", "compare", str(number), "1", "2") == 0
    assert "-Two\n+Three\n" in capsys.readouterr().out
    assert blog.run("post", "compare", str(number), "1", "9") == 65
    capsys.readouterr()
    assert blog.run("post", "bulk", "tag", str(number), "--value", "Later", "--json") == 0
    run = json.loads(capsys.readouterr().out)
    assert run["done"] == 1 and blog.site.posts.get(number).tags[0].name == "Later"
    assert blog.run("post", "bulk-undo", str(run["run"])) == 0
    assert blog.site.posts.get(number).tags == ()
