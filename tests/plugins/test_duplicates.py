"""`duplicates`: what a writer is told, and that the marks follow every save."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

import pytest
from blogengine_plugins.duplicates import indexing
from blogengine_plugins.duplicates.marks import ALIKE, bands_of, likeness, passages_of, shingles_of
from blogengine_plugins.duplicates.models import Mark, Passage
from blogengine_plugins.duplicates.repeats import repeats_of
from blogengine_plugins.search.finding import find
from sqlalchemy import select

from blogengine.panels import PanelForm
from blogengine.testing.blog import Workshop
from blogengine.values import Post, PostDraft
from tests.conftest import Blog

SAIL = (
    "A good sail is cut from heavy cloth, sewn with waxed thread and dried slowly in the shade "
    "before anybody bends it to a spar."
)
NEARLY = SAIL.replace("heavy", "strong")


@pytest.fixture(scope="module")
def blog(blogengine_workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    folder = tmp_path_factory.mktemp("duplicates") / "blog"
    made = blogengine_workshop.build(folder, plugins=("duplicates", "search"), required=True)
    yield made
    made.close()


def write(blog: Blog, title: str, source: str, **fields: str) -> Post:
    draft = PostDraft(title=title, source=source, **{"status": "published", **fields})  # type: ignore[arg-type]
    return blog.site.posts.create(draft)


def noted(blog: Blog) -> tuple[set[tuple[int, ...]], set[tuple[int, ...]]]:
    connection = blog.site.db.reading()
    passages = connection.execute(select(Passage.post_id, Passage.number, Passage.exact))
    marks = connection.execute(select(Mark.mark, Mark.post_id, Mark.number))
    return {tuple(row) for row in passages}, {tuple(row) for row in marks}


def expected(blog: Blog) -> tuple[set[tuple[int, ...]], set[tuple[int, ...]]]:
    passages: set[tuple[int, ...]] = set()
    marks: set[tuple[int, ...]] = set()
    for found in blog.site.posts.find(limit=500):
        if found.status != "trashed":
            for one in passages_of(str(blog.site.posts.get(found.id).html)):
                passages.add((found.id, one.number, one.exact))
                marks |= {(mark, found.id, one.number) for mark in (one.exact, *one.bands)}
    return passages, marks


def test_the_writer_is_told_before_and_after_publishing(blog: Blog) -> None:
    first = write(blog, "Sails", f"Of sails.\n\n{SAIL}")
    again = write(blog, "More sails", f"{SAIL}\n\nOnly here is told of a mast.", status="draft")
    near = write(blog, "Nearly", f"> {NEARLY}\n\nOf another thing, and of nothing else.")
    (found,) = [one for _, one in blog.site.findings(again)]
    assert found.severity == "hint" and "stands in “Sails”, too" in found.sentence
    assert found.position.startswith("paragraph “A good sail is cut")
    (one,) = repeats_of(blog.site, near)
    assert one.other.id == first.id and ALIKE <= one.likeness < 1
    panels = dict(blog.site.contributions.editor_panels)
    panel = panels["duplicates"].show(blog.site, again, PanelForm("p"))
    assert f'href="{first.url}"' in panel and "Sails" in panel
    assert "No paragraph" in panels["duplicates"].show(blog.site, None, PanelForm("p"))


def test_what_somebody_may_not_read_isnt_named(blog: Blog) -> None:
    text = "The harbour master keeps his secret book of ships behind seven iron doors below ground."
    write(blog, "Hidden", text, status="draft")
    post = write(blog, "Shown", text)
    from blogengine.actors import ANONYMOUS, Actor, acting

    with acting(Actor(ANONYMOUS)):
        assert repeats_of(blog.site, post) == []
    assert [one.other.title for one in repeats_of(blog.site, post)] == ["Hidden"]


def test_marks_follow_every_act(blog: Blog) -> None:
    rolled = random.Random(3)
    words = "anchor brine canvas dinghy estuary fathom gale harbour island jetty".split()

    def text() -> str:
        return "\n\n".join(" ".join(rolled.choices(words, k=10)) for _ in range(3))

    posts = [write(blog, f"Post {number}", text()) for number in range(3)]
    for _ in range(20):
        post = rolled.choice(posts)
        act = rolled.randrange(5)
        if act == 0:
            blog.site.posts.edit(post.id, source=text())
        elif act == 1:
            blog.site.posts.trash(post.id)
        elif act == 2 and blog.site.posts.get(post.id).status == "trashed":
            blog.site.posts.restore(post.id)
        elif act == 3 and len(posts) > 1:
            posts.remove(post)
            blog.site.posts.purge(post.id)
        else:
            posts.append(write(blog, "New", text()))
        assert noted(blog) == expected(blog)
    with blog.site.db.write() as session:
        indexing.forget(session, [posts[-1].id])
    indexing.catch_up(blog.site, lambda _done, _total: None)
    assert noted(blog) == expected(blog)


def test_a_result_is_shown_by_what_only_its_post_says(blog: Blog) -> None:
    phrase = "Our lantern shop is open every day and sends lantern glass to every coast."
    write(blog, "Lantern one", f"{phrase}\n\nThe first lantern was of tin.")
    write(blog, "Lantern two", f"{phrase}\n\nThe second lantern was of brass.")
    snippets = {str(one.snippet) for one in find(blog.site, "lantern", limit=5).results}
    assert snippets == {
        "The first <mark>lantern</mark> was of tin.",
        "The second <mark>lantern</mark> was of brass.",
    }


def test_the_command_line_lists_them(blog: Blog, capsys: pytest.CaptureFixture[str]) -> None:
    text = "Every rope on board has a name, an end that is fast and an end that isn't, they say."
    ids = [write(blog, f"Rope {number}", text).id for number in range(4)]
    assert blog.run("duplicates", "report", "--json", "--limit", "500") == 0
    found = [one for one in json.loads(capsys.readouterr().out) if one["posts"] == ids]
    assert [(one["times"], one["text"]) for one in found] == [(4, text)]
    assert blog.run("duplicates", "show", str(ids[0])) == 0
    assert "100% of “Every rope" in capsys.readouterr().out


def test_nearly_equal_paragraphs_share_a_mark() -> None:
    rolled = random.Random(5)
    words = [f"word{number}" for number in range(300)]
    met = far = 0
    for _ in range(60):
        one = rolled.choices(words, k=60)
        other = [*one]
        other[rolled.randrange(60)] = "else"
        assert likeness(shingles_of(one), shingles_of(other)) > ALIKE
        met += bool({*bands_of(one)} & {*bands_of(other)})
        far += bool({*bands_of(one)} & {*bands_of(rolled.choices(words, k=60))})
    assert met >= 57 and far == 0
