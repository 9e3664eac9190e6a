"""`search`: what is found, what never is, and that the index is exact after every change."""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from blogengine_plugins.search import rebuilding
from blogengine_plugins.search.asked import read
from blogengine_plugins.search.documents import document_of
from blogengine_plugins.search.finding import find
from blogengine_plugins.search.health import index_is_whole
from blogengine_plugins.search.models import Document, Word
from sqlalchemy import select, text

from blogengine.clock import utcnow
from blogengine.errors import UserError
from blogengine.site import Site
from blogengine.testing.blog import Workshop
from blogengine.testing.temporary import temporary_hook
from blogengine.testing.working_off import work_off
from blogengine.values import Post, PostDraft
from tests.conftest import Blog

PLUGINS = ("feeds", "search", "theme_paper")


def opened(workshop: Workshop, place: Any, database_url: str = "") -> Iterator[Blog]:
    blog = workshop.build(place, plugins=PLUGINS, database_url=database_url)
    yield blog
    blog.close()


@pytest.fixture(scope="module")
def small_blog(
    blogengine_workshop: Workshop, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Blog]:
    """A blog that the tests share: each searches for words of its own."""
    yield from opened(blogengine_workshop, tmp_path_factory.mktemp("search") / "blog")


@pytest.fixture(scope="module")
def large_blog(
    blogengine_workshop: Workshop,
    tmp_path_factory: pytest.TempPathFactory,
    postgres_server: str,
) -> Iterator[Blog]:
    """The same on PostgreSQL."""
    import psycopg
    import sqlalchemy

    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    url = sqlalchemy.make_url(postgres_server).set(drivername="postgresql+psycopg", database=name)
    address = url.render_as_string(hide_password=False)
    yield from opened(blogengine_workshop, tmp_path_factory.mktemp("search") / "pg", address)


@pytest.fixture
def small(small_blog: Blog) -> Iterator[Blog]:
    with small_blog.app.app_context():
        yield small_blog


@pytest.fixture(params=["small_blog", "large_blog"])
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    blog: Blog = request.getfixturevalue(request.param)
    with blog.app.app_context():
        yield blog.site


def write(site: Site, title: str, source: str = "Text.", *tags: str, **fields: Any) -> Post:
    fields = {"status": "published", **fields}
    return site.posts.create(PostDraft(title=title, source=source, **fields).with_tags(*tags))


def titles(site: Site, typed: str) -> list[str]:
    return sorted(one.post.title for one in find(site, typed, limit=50).results)


Stored = tuple[dict[int, tuple[int, str]], dict[str, int], int]


def stored(site: Site) -> Stored:
    """Return everything the plugin keeps: documents, vocabulary, and how many can be found."""
    connection = site.db.reading()
    rows = connection.execute(select(Document.post_id, Document.place, Document.stamp))
    words = connection.execute(select(Word.word, Word.posts))
    table = "search_vector" if connection.dialect.name == "postgresql" else "search_fts"
    kept = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
    return {row[0]: (row[1], row[2]) for row in rows}, {w: n for w, n in words}, kept


def expected(site: Site) -> Stored:
    """Work it out the slow way, from what everybody may read."""
    public = [post.id for post in site.posts.find(limit=500) if post.public]
    documents = [document_of(site, post) for post in site.posts.by_ids(public, text=True)]
    words: dict[str, int] = {}
    for document in documents:
        for word in document.learnt:
            words[word] = words.get(word, 0) + 1
    return {d.post_id: (d.place, d.stamp) for d in documents}, words, len(documents)


def test_titles_texts_tags_and_authors_are_found(site: Site) -> None:
    site.users.create("Quentin Barnacle")
    write(
        site,
        "Zeppelin one",
        "It carries *ballast* and rope.",
        "Airfields",
        authors=("quentin-barnacle",),
    )
    write(site, "Zeppelin two", "Rope, then ballast: a café in Łódź.", status="published")
    write(site, "Zeppelin page", "About ballast.", kind="page")
    assert titles(site, "zeppelin") == ["Zeppelin one", "Zeppelin page", "Zeppelin two"]
    assert titles(site, "airfields") == titles(site, "barnacle") == ["Zeppelin one"]
    assert titles(site, "CAFE lodz") == ["Zeppelin two"]
    assert titles(site, '"ballast and rope"') == ["Zeppelin one"]
    assert titles(site, "ballast -rope") == ["Zeppelin page"]
    assert titles(site, 'zeppelin -"ballast and"') == ["Zeppelin page", "Zeppelin two"]
    assert titles(site, "zepp*") == titles(site, "zeppelins")
    assert titles(site, "carrying") == ["Zeppelin one"]
    assert titles(site, "zepp") == []


def test_endings_follow_the_language_of_the_post(site: Site) -> None:
    write(site, "Haus", "Viele Windmühlen drehen sich.", language="de")
    assert titles(site, "windmühle") == ["Haus"]


@pytest.mark.parametrize(
    ("said", "typed"),
    [
        ("東京都の図書館で本を読む。", ["図書館", "東京", "本", "本を読む"]),
        ("我们在图书馆学习数据库。", ["数据库", "图书馆学习", "库"]),
        ("กรุงเทพมหานครเป็นเมืองหลวง", ["กรุงเทพ", "เมืองหลวง"]),
        ("서울도서관에서 책을 읽었다", ["도서관", "책"]),
        ("Pythonの例外処理", ["例外処理", "python", "Pythonの例外"]),
        ("हिन्दी में खोज", ["हिन्दी", "खोज"]),
        ("بَحْثٌ في المدونة", ["بحث", "المدونة"]),
    ],
)
def test_text_without_spaces_is_found(small: Blog, said: str, typed: list[str]) -> None:
    post = write(small.site, said[:6] + str(len(said)), said)
    for one in typed:
        found = {result.post.id: result for result in find(small.site, one, limit=50).results}
        assert post.id in found, one
        assert "<mark>" in found[post.id].snippet or one in post.title, one
    assert not find(small.site, typed[0] + "鬱鬱", limit=5).results


HOSTILE = [
    "\x00", "a\x00b", '"', '""', '"un closed', "'", "';--", "*", "-", "-*", "--", "AND", "OR NOT",
    "NEAR(a b)", "title:x", "{a b}: c", "^x", "a + b", "(", ")", "x:y", '"*', "ab*cd", "\ud800",
    "\udfff x", "%", "_", "\\", "<b>", "😀", "é" * 400, "a" * 10_000, "word " * 2_000,
    "日" * 10_000,
    "- - -", '-"', "!x | y & z", "<->", "':*", "a:b:*", "\u202e", "ﬁ", "İI", "½", "·", "＋", "c++",
]  # fmt: skip


def test_any_input_is_a_search_and_never_an_error(site: Site) -> None:
    write(site, "C++ and c# are languages", "The unclosed word.")
    for typed in HOSTILE:
        find(site, typed, limit=5)
    rolled = random.Random(7)
    signs = "ab\"'*-()<>:|&!^{}\\ \x00日本é\ud800"
    for _ in range(80):
        find(site, "".join(rolled.choices(signs, k=rolled.randrange(1, 12))), limit=2)
    assert titles(site, "c++") == ["C++ and c# are languages"]
    assert titles(site, '"the unclosed') == ["C++ and c# are languages"]


def test_hostile_input_over_http_answers_with_a_page(small: Blog) -> None:
    for typed in HOSTILE:
        address = "/search/?q=" + quote(typed.encode("utf-8", "surrogatepass")[:1_500])
        assert small.get(address).status_code == 200, typed
    page = small.get("/search/?q=%3Cscript%3Ealert(1)%3C/script%3E").text
    assert "<script>alert" not in page


def test_what_isnt_public_is_never_found(site: Site) -> None:
    write(site, "Quokka draft", "quokkaword", status="draft")
    write(site, "Quokka private", "quokkaword", visibility="private")
    write(site, "Quokka protected", "quokkaword", visibility="password", password="secret 12 x")
    later = utcnow() + timedelta(days=2)
    write(site, "Quokka later", "quokkaword", status="scheduled", published_at=later)
    assert titles(site, "quokka") == titles(site, "quokkaword") == []
    assert find(site, "quokkawort", limit=5).instead == ""
    post = write(site, "Quokka public", "quokkaword")
    assert titles(site, "quokkaword") == ["Quokka public"]
    site.posts.edit(post.id, visibility="password", password="secret 12 x")
    assert titles(site, "quokkaword") == []


def test_a_near_word_is_suggested(site: Site) -> None:
    write(site, "The observatory", "Telescopes stand here.")
    assert find(site, "obsrevatory", limit=5).instead == "observatory"
    assert find(site, "telescops zz", limit=5).instead in ("telescopes", "telescopes zz")
    assert find(site, "xqxqxq", limit=5).instead == ""


def test_random_acts_keep_the_index_exact(site: Site) -> None:
    """Every kind of change, in any order: what is stored is what would be made anew."""
    rolled = random.Random(11)
    person = site.users.create(f"Ann {uuid.uuid4().hex[:6]}")
    words = "anchor brine canvas dinghy estuary fathom gale harbour".split()
    mine: list[int] = []

    def some() -> int:
        return rolled.choice(mine)

    def new() -> None:
        tags = rolled.sample(words, 2)
        post = write(site, rolled.choice(words), " ".join(rolled.choices(words, k=6)), *tags)
        site.posts.edit(post.id, authors=(person.slug,))
        mine.append(post.id)

    def due() -> None:
        soon = utcnow() + timedelta(seconds=60)
        post = write(site, "later", "tide", status="scheduled", published_at=soon)
        assert site.posts.publish_due(soon + timedelta(seconds=1))
        mine.append(post.id)

    def undo() -> None:
        site.terms.undo(site.terms.acts()[0].id)

    def purge() -> None:
        site.posts.purge(mine.pop())

    acts = [
        new, new, due, purge, undo,
        lambda: site.posts.publish(some()),
        lambda: site.posts.unpublish(some()),
        lambda: site.posts.trash(some()),
        lambda: site.posts.restore(some()),
        lambda: site.posts.edit(some(), source=" ".join(rolled.choices(words, k=4))),
        lambda: site.posts.edit(some(), visibility="password", password="secret 12 x"),
        lambda: site.posts.edit(some(), visibility="public"),
        lambda: site.posts.edit(some(), published_at=utcnow() - timedelta(days=rolled.random())),
        lambda: site.terms.rename(rolled.choice(words), rolled.choice(words) + "s"),
        lambda: site.terms.merge([rolled.choice(words)], rolled.choice(words)),
        lambda: site.terms.delete(rolled.choice(words)),
        lambda: site.identity.people.rename(person.id, f"Ann {rolled.randrange(99)}"),
    ]  # fmt: skip
    done = 0
    new()
    for _ in range(40):
        with suppress(UserError, IndexError):
            rolled.choice(acts)()
            done += 1
        if not mine:
            new()
        assert stored(site) == expected(site)
    assert done > 20


def test_the_hooks_are_answered_and_another_failing_costs_nothing(site: Site) -> None:
    (own,) = site.hooks.search_register_backends()
    assert [one.name for one in own] == [site.db.reading().dialect.name]
    assert site.hooks.search_pass_over(passages={}) == []
    write(site, "Capstan", "A capstan.", "Winches")
    with temporary_hook(site, "on_labels_saving", raises=ZeroDivisionError):
        site.terms.rename("winches", "Windlasses")
    assert titles(site, "windlasses") == ["Capstan"]


def test_a_tag_of_many_posts_is_followed_by_a_job(small: Blog) -> None:
    site = small.site
    for number in range(23):
        write(site, f"Lighthouse {number}", "Lamp.", "Beacon")
    site.terms.rename("beacon", "Lanterns")
    assert len(titles(site, "lanterns")) == 20
    work_off(site.jobs)
    assert len(titles(site, "lanterns")) == 23
    assert titles(site, "beacon") == []
    assert stored(site) == expected(site)


def test_the_index_catches_up_after_the_plugin_was_off(
    blogengine_workshop: Workshop, tmp_path: Any
) -> None:
    def built(*plugins: str) -> Blog:
        return blogengine_workshop.build(tmp_path / "blog", plugins=plugins)

    blog = built("search")
    kept, gone = write(blog.site, "Kept", "otter"), write(blog.site, "Gone", "otter")
    assert blog.run("plugin", "disable", "search") == 0
    blog.close()
    blog = built()
    blog.site.posts.edit(kept.id, source="beaver")
    blog.site.posts.unpublish(gone.id)
    write(blog.site, "New", "beaver")
    blog.close()
    blog = built("search")
    try:
        assert titles(blog.site, "otter") == ["Kept"], "stale, yet only what is public"
        assert not rebuilding.is_current(blog.site)
        rebuilding.look(blog.site, {})
        assert titles(blog.site, "beaver") == ["Kept", "New"]
        assert titles(blog.site, "otter") == []
        assert stored(blog.site) == expected(blog.site)
        assert rebuilding.is_current(blog.site)
        assert index_is_whole(blog.site).state == "ok"
        assert rebuilding.rebuild(blog.site, lambda _done, _total: None) == 2
        assert stored(blog.site) == expected(blog.site)
    finally:
        blog.close()


def test_the_page_shows_results_with_marks_pages_and_feeds(small: Blog) -> None:
    for number in range(13):
        write(small.site, f"Gazebo {number}", f"Far away.\n\nA <b>gazebo & {number}</b>.", "Garden")
    answer = small.get("/search/?q=gazebo")
    page = answer.text
    assert '<meta name="robots" content="noindex' in page
    assert len(re.findall(r"<li>\s*<h2", page)) == 10
    assert "<mark>gazebo</mark> &amp;" in page and "13 results" in page
    assert 'href="/tag/garden/"' in page and "<time datetime=" in page
    assert "/search/?q=gazebo&amp;page=2" in page
    assert len(re.findall(r"<li>\s*<h2", small.get("/search/?q=gazebo&page=2").text)) == 3
    assert small.get("/search/?q=gazebo&page=99").status_code == 302
    feed = small.get("/search/feed/?q=gazebo")
    assert feed.mimetype == "application/rss+xml" and feed.text.count("<item>") == 13
    again = small.get("/search/feed/?q=gazebo", headers={"If-None-Match": feed.headers["ETag"]})
    assert again.status_code == 304
    assert 'href="/search/feed/?q=gazebo"' in page
    home = small.get("/").text
    assert '<form class="search-box" action="/search/"' in home
    (link,) = re.findall(r'<link rel="search"[^>]*>', home)
    assert "/search/opensearch.xml" in link
    described = small.get("/search/opensearch.xml")
    root = ElementTree.fromstring(described.data)
    assert "{searchTerms}" in described.text and root.tag.endswith("OpenSearchDescription")


def test_a_page_of_results_costs_few_statements(small: Blog, statements: Any) -> None:
    for number in range(12):
        write(small.site, f"Pergola {number}", "Wood.")
    with statements(small.app) as seen:
        small.get("/search/?q=pergola")
    assert len(seen) <= 10, seen


def test_a_beginning_of_very_many_posts_is_spelt_out(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(site, "Mizzenmast", "A mizzenmast.")
    write(site, "Mizzentop", "A mizzentop.")
    assert titles(site, "mizzen*") == ["Mizzenmast", "Mizzentop"]
    monkeypatch.setattr("blogengine_plugins.search.finding.RANKED", 1)
    assert titles(site, "mizzen*") == ["Mizzenmast", "Mizzentop"]
    assert titles(site, "mizzen* -mizzenmast") == ["Mizzentop"]
    assert "<mark>" in find(site, "mizzen*", limit=1).results[0].snippet


def test_what_was_typed_is_read() -> None:
    asked = read('one "two three" -four five* -"six seven" e-mail')
    assert [part.words for part in asked.wanted] == [
        ("one",), ("two", "three"), ("five",), ("e", "mail"),
    ]  # fmt: skip
    assert [part.words for part in asked.unwanted] == [("four",), ("six", "seven")]
    assert [part.beginning for part in asked.wanted] == [False, False, True, False]
    assert read("x " * 500).cut and not read("!!! ...")
    assert [part.words for part in read("-lonely").wanted] == [("lonely",)]
