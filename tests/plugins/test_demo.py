"""`demo`: what it loads, and that removing it leaves what the owner has."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from contextvars import Context
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from blogengine_plugins.demo import loading
from blogengine_plugins.demo.samples import GUID, all_samples
from blogengine_plugins.demo.seed import FILE, Block, SeedPost, read_seed
from sqlalchemy import inspect, text

from blogengine.audit import no_act
from blogengine.cli.main import run
from blogengine.config import load_config
from blogengine.db import db
from blogengine.models import PluginRow
from blogengine.rendering import Renderer, RenderJob
from blogengine.site import Site
from blogengine.starting import bare_app, initialise, migrate_plugins
from blogengine.values import PostDraft
from tests.conftest import Blog

LEFT_BEHIND = {"audit", "changes", "demo_load", "search_state", "sqlite_sequence"}
"""What remembers that something happened: the change log, the mark that samples were loaded, and
which languages the index has met."""


def enable(folder: Path) -> None:
    """Switch the demo on without a trial build in another process."""
    config = load_config(folder, environ={})
    initialise(config, {})
    migrate_plugins(config, ["demo"])
    with bare_app(config), db.write() as session:
        no_act(session, "plugins")
        row = PluginRow(name="demo", enabled=True, changed_at=datetime.now(UTC))
        session.add(row)


@pytest.fixture
def blog(make_blog: Callable[..., Blog], tmp_path: Path) -> Blog:
    """A blog with the plugins of a new site and the demo, nothing loaded yet."""
    enable(tmp_path / "site")
    return make_blog(folder=tmp_path / "site")


@pytest.fixture(scope="session")
def loaded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with the samples, loaded once by the command; tests start from copies of it."""
    folder = tmp_path_factory.mktemp("demo") / "site"
    enable(folder)
    assert Context().run(run, ["--site", str(folder), "demo", "load", "--once"]) == 0
    return folder


@pytest.fixture
def loaded(make_blog: Callable[..., Blog], loaded_folder: Path, tmp_path: Path) -> Blog:
    """A blog with the samples in it."""
    return make_blog(folder=shutil.copytree(loaded_folder, tmp_path / "loaded"))


def numbers_of_rows(site: Site) -> dict[str, int]:
    db.end_reading()
    connection = site.db.reading()
    tables = inspect(connection).get_table_names()
    return {
        table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
        for table in tables
        # SQLite's own rows of a full-text index; `search_document` says what is in it.
        if table not in LEFT_BEHIND and not table.startswith("search_fts")
    }


class Articles(HTMLParser):
    """Reads the posts of an archive page back: titles, headings and paragraphs, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.posts: list[dict[str, object]] = []
        self.blocks: list[dict[str, str]] = []
        self.place = ""
        self.open = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = dict(attrs).get("class") or ""
        if tag == "article":
            self.blocks = []
            self.posts.append({"title": "", "blocks": self.blocks})
            self.place = "header"
        elif "e-content" in classes and self.place == "header":
            self.place = "content"
        elif tag == "footer":
            self.place = ""
        elif tag in {"h2", "h3", "h4", "h5", "p"} and self.place:
            self.open = True
            if self.place == "content":
                kind = "paragraph" if tag == "p" else "heading"
                self.blocks.append({"type": kind, "text": ""})

    def handle_endtag(self, tag: str) -> None:
        if tag in {"h2", "h3", "h4", "h5", "p"}:
            self.open = False
            if tag == "h2" and self.place == "header":
                self.place = "byline"
        if tag == "p" and self.place == "byline":
            self.place = "header"

    def handle_data(self, data: str) -> None:
        if self.open and self.place == "content":
            self.blocks[-1]["text"] += data
        elif self.open and self.place == "header":
            self.posts[-1]["title"] = f"{self.posts[-1]['title']}{data}"


# --- the text of the archive page -------------------------------------------------------------


def test_the_seed_is_read_as_it_was_written(corpora: Path) -> None:
    expected = json.loads((corpora / "seed" / "expected.json").read_text("utf-8"))
    assert FILE.read_bytes() == (corpora / "seed" / "tag-ecommerce.txt").read_bytes()
    tag, posts = read_seed(FILE.read_text("utf-8"))
    assert tag == expected["tag"]
    assert expected["posts"] == [
        {
            "title": post.title,
            "blocks": [{"type": block.kind, "text": block.text} for block in post.blocks],
        }
        for post in posts
    ]


def test_the_seed_has_ten_posts_with_its_traps() -> None:
    tag, posts = read_seed(FILE.read_text("utf-8"))
    assert (tag, len(posts)) == ("Ecommerce", 10)
    headings = [[block.text for block in post.blocks if block.kind == "heading"] for post in posts]
    assert sum(map(len, headings)) == 26
    assert sum(len(post.blocks) for post in posts) == 99
    assert headings[0].count("Security Considerations") == 2
    assert headings[4] == []


def test_a_seed_that_is_damaged_is_refused() -> None:
    for damaged in ("", "Posts: x", "Tag: x\n\nWords before any post"):
        with pytest.raises(ValueError, match=r"[Ll]ine"):
            read_seed(damaged)


def test_any_plain_text_survives_markdown(renderer: Renderer) -> None:
    texts = [
        "2. Not a list, and neither is 3) this.",
        "- Not a list.",
        "+ Nor this.",
        "# Not a heading #, but a_b_c, *x*, **y** and `z`.",
        "> Not a quote, <b>not bold</b>, &amp; not an entity.",
        "[not](a link), ![not](an image), [^1] and [x]: y.",
        "~~not gone~~ and a \\ backslash | a bar.",
        "$not$ maths, ^not^ up, =not= marked, ==neither==.",
        "‘quotes’ — dashes – “and” … dots.",
    ]
    post = SeedPost("T", tuple(Block("paragraph", text) for text in texts))
    rendered = renderer.render(RenderJob(post.markdown)).html
    shown = [re.sub(r"<[^>]+>", "", part) for part in re.findall(r"<p>(.*?)</p>", rendered, re.S)]
    unescaped = [part.replace("&lt;", "<").replace("&gt;", ">") for part in shown]
    assert [part.replace("&amp;", "&") for part in unescaped] == texts


# --- loading ----------------------------------------------------------------------------------


def test_loading_shows_the_archive_as_it_was_asked_for(
    blog: Blog, capsys: pytest.CaptureFixture[str]
) -> None:
    assert blog.run("demo", "load") == 0
    output = capsys.readouterr().out
    assert "[17/17]" in output and "blogengine demo remove" in output
    _, posts = read_seed(FILE.read_text("utf-8"))
    page = blog.get("/tag/ecommerce/").text
    assert page.count("<h1") == 1 and "Tag: Ecommerce" in page
    assert Articles(page).posts == [
        {
            "title": post.title,
            "blocks": [{"type": block.kind, "text": block.text} for block in post.blocks],
        }
        for post in posts
    ]
    ids = re.findall(r'\sid="([^"]*)"', page)
    assert len(ids) == len(set(ids))


def test_everything_a_visitor_is_sent_to_answers(loaded: Blog) -> None:
    seen: set[str] = set()
    waiting = ["/", "/tag/ecommerce+performance/"]
    while waiting:
        path = waiting.pop()
        seen.add(path)
        response = loaded.get(path)
        assert response.status_code == 200, path
        if "html" not in response.content_type:
            continue
        for found in re.findall(r'href="(/[^"#]*)', response.text):
            if found not in seen and found not in waiting:
                waiting.append(found)
    assert len(seen) > 40
    assert {"/about/", "/tags/"} <= seen


def test_samples_differ_in_state_author_and_tags(loaded: Blog) -> None:
    posts = loaded.site.posts
    assert [post.title for post in posts.find(statuses=["draft"])] == ["Ideas for the Next Season"]
    (scheduled,) = posts.find(statuses=["scheduled"])
    assert scheduled.published_at is not None and scheduled.published_at.year == 2030
    assert [page.title for page in posts.find(kind="page")] == ["About"]
    assert len(loaded.site.users.all()) == 3
    tags = {term.name: term.count for term in loaded.site.terms.all()}
    assert tags["Ecommerce"] == 10 and len(tags) >= 10
    assert all(post.url for post in posts.find(statuses=["published"]))
    home = loaded.site.archives.home()
    newest_first = loaded.site.archives.posts(home, limit=100)
    dates = [post.published_at for post in newest_first if post.published_at]
    assert all(one > other for one, other in pairwise(dates))
    assert all(date.year == 2025 for date in dates)
    assert "Last changed on" not in loaded.get(newest_first[0].url).text


def test_sample_posts_bring_comments(loaded: Blog) -> None:
    page = loaded.get("/2025/10/understanding-payment-gateways-a-2025-refresher/").text
    assert "4 comments</h2>" in page and "Rosa Benedetti" in page
    assert "Kofi" not in page


def test_guids_of_samples_never_change() -> None:
    numbers = {sample.draft.title: sample.draft.guid for sample in all_samples()}
    _, posts = read_seed(FILE.read_text("utf-8"))
    assert [numbers[post.title] for post in posts] == [f"{GUID}{n}" for n in range(1, 11)]
    assert numbers["About"] == f"{GUID}15"
    assert len(set(numbers.values())) == len(all_samples()) == 17


def test_loading_twice_changes_nothing(loaded: Blog) -> None:
    before = numbers_of_rows(loaded.site)
    assert loaded.run("demo", "load") == loaded.run("demo", "load", "--once") == 0
    assert numbers_of_rows(loaded.site) == before


def test_once_means_once_even_after_a_removal(
    loaded: Blog, capsys: pytest.CaptureFixture[str]
) -> None:
    loaded.run("demo", "remove")
    capsys.readouterr()
    assert loaded.run("demo", "load", "--once") == 0
    assert "nothing to do" in capsys.readouterr().out
    assert loaded.site.posts.find() == ()
    db.end_reading()
    assert loaded.run("demo", "load") == 0
    assert loaded.site.archives.home().count == 14


def test_a_loading_that_was_cut_off_goes_on_and_can_be_removed(blog: Blog) -> None:
    empty = numbers_of_rows(blog.site)

    def cut_off(number: int, _total: int, _title: str) -> None:
        if number == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loading.load(blog.site, cut_off)
    assert not loading.was_loaded(blog.site)
    assert blog.run("demo", "load", "--once") == 0
    assert blog.site.archives.home().count == 14
    assert blog.run("demo", "remove") == 0
    assert numbers_of_rows(blog.site) == {**empty, "listing_counts": rows_of_nothing(blog.site)}


# --- removing ---------------------------------------------------------------------------------


def rows_of_nothing(site: Site) -> int:
    """Return how many lists are counted as empty: they may be kept, but must hold nothing."""
    db.end_reading()
    connection = site.db.reading()
    assert connection.execute(text("SELECT sum(posts) FROM listing_counts")).scalar() in (0, None)
    return connection.execute(text("SELECT count(*) FROM listing_counts")).scalar_one()


def test_removing_leaves_an_empty_site(blog: Blog, capsys: pytest.CaptureFixture[str]) -> None:
    empty = numbers_of_rows(blog.site)
    blog.run("demo", "load")
    loaded = numbers_of_rows(blog.site)
    assert loaded["comments_comment"] > 10 and loaded["terms"] > 10
    capsys.readouterr()
    assert blog.run("demo", "remove", "--dry-run") == 0
    assert capsys.readouterr().out.count("Would remove: ") == 17
    assert numbers_of_rows(blog.site) == loaded
    assert blog.run("demo", "remove") == 0
    assert "Removed 17 posts and pages, 13 tags, 3 authors." in capsys.readouterr().out
    assert numbers_of_rows(blog.site) == {**empty, "listing_counts": rows_of_nothing(blog.site)}
    assert "no posts here yet" in blog.get("/").text
    assert blog.get("/tag/ecommerce/").status_code == 404
    assert blog.get("/author/ines-duarte/").status_code == 404


def test_what_the_owner_has_written_survives(
    blog: Blog, capsys: pytest.CaptureFixture[str]
) -> None:
    site = blog.site
    site.users.create("Tom Okafor")
    blog.run("demo", "load")
    (ines,) = (author for author in site.users.all() if author.name == "Ines Duarte")
    mine = blog.post("Mine", "My own words.", authors=(ines.slug,), tags=("Performance", "Mine"))
    names = site.posts.id_of(f"{GUID}14")
    about = site.posts.id_of(f"{GUID}15")
    restore = site.posts.id_of(f"{GUID}13")
    assert names and about and restore
    site.posts.edit(names, source="I name them differently.")
    site.posts.trash(restore)
    site.posts.edit(about, terms={"tag": ("Mine",)}, slug="about-us")
    capsys.readouterr()
    assert blog.run("demo", "remove") == 0
    assert "Kept, because you have changed it: How We Name Things" in capsys.readouterr().out
    left = {post.title for post in site.posts.find()}
    assert left == {"Mine", "How We Name Things"}
    assert "My own words." in blog.get(mine.url).text
    people = {author.name for author in site.users.all()}
    assert people == {"Tom Okafor", "Ines Duarte", "Mara Lindqvist"}
    tags = {term.name for term in site.terms.all()}
    assert tags == {"Performance", "Mine", "Writing", "Team Practices"}
    assert blog.run("demo", "remove") == 0
    assert {post.title for post in site.posts.find()} == left


def test_a_tag_and_an_author_that_were_there_before_stay(blog: Blog) -> None:
    blog.site.users.create("Mara Lindqvist")
    own = blog.post("Own", tags=("Security",))
    blog.site.terms.describe("security", "My own words about it.")
    blog.run("demo", "load")
    assert "My own words about it." in blog.get("/tag/security/").text
    blog.site.posts.edit(own.id, terms={"tag": ()})
    blog.run("demo", "remove")
    assert [author.name for author in blog.site.users.all()] == ["Mara Lindqvist"]
    draft = PostDraft(title="Later", status="published").with_tags("Security")
    blog.site.posts.create(draft)
    assert "My own words about it." in blog.get("/tag/security/").text


def test_the_migration_makes_what_the_models_say(
    blog: Blog, capsys: pytest.CaptureFixture[str]
) -> None:
    assert blog.run("migrate", "make", "demo", "Nothing") == 65
    assert "are the same" in capsys.readouterr().err
