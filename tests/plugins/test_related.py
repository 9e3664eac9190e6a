"""`related`: what stands under a post, and that the stored lists are always the true ones."""

from __future__ import annotations

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from blogengine_plugins.related import features, lists, refreshing
from blogengine_plugins.related.models import Feature, Frequency, Neighbour
from sqlalchemy import event, select

from blogengine.api import PanelForm
from blogengine.audit import no_act
from blogengine.db import db
from blogengine.site import Site
from blogengine.values import Post, PostDraft
from tests.conftest import Blog


@pytest.fixture
def blog(make_blog: Callable[..., Blog]) -> Blog:
    """A blog with `related` alone."""
    return make_blog(plugins=["related"])


@pytest.fixture
def site(blog: Blog) -> Site:
    return blog.site


def write(site: Site, title: str, text: str = "", *tags: str, status: str = "published") -> Post:
    draft = PostDraft(title=title, source=text or f"{title} text", status=status)
    return site.posts.create(draft.with_tags(*tags))


def listed(site: Site, post: Post) -> list[int]:
    return lists.neighbours(site.db.reading(), post.id)


def shown(blog: Blog, post: Post) -> list[str]:
    """Return the titles under the heading "Read next" of a post's page."""
    text = blog.get(post.url).text
    section = re.search(r'<section class="widget widget-related".*?</section>', text, re.DOTALL)
    if section is None:
        return []
    assert section[0].count("<h2>Read next</h2>") == 1
    return re.findall(r"<li><a [^>]*>([^<]*)</a>", section[0])


Tables = tuple[set[tuple[int, ...]], set[tuple[int, ...]], set[tuple[int, ...]]]


def tables(site: Site) -> Tables:
    """Return everything the plugin has stored."""
    connection = site.db.reading()
    feature = connection.execute(select(Feature.feature, Feature.post_id, Feature.strength))
    columns = (Frequency.feature, Frequency.base, Frequency.posts, Frequency.weight)
    frequency = connection.execute(select(*columns))
    entry = connection.execute(select(Neighbour.post_id, Neighbour.other_id, Neighbour.score))
    return (
        {tuple(row) for row in feature},
        {tuple(row) for row in frequency},
        {tuple(row) for row in entry},
    )


def expected_lists(site: Site) -> dict[int, list[tuple[int, int]]]:
    """Work the lists out the slow way: every post against every other, no tables."""
    posts = [post for post in site.posts.find(limit=1000) if post.public and post.kind == "post"]
    subjects = {post.id: features.subject_of(post) for post in posts}
    blocks = Counter(block for subject in subjects.values() for block in subject.blocks)
    shared = {block for block, number in blocks.items() if number > 1}
    held = {number: features.held(subject, shared) for number, subject in subjects.items()}
    counts = Counter(feature for things in held.values() for feature in things)
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for one, mine in held.items():
        for other, theirs in held.items():
            common = mine.keys() & theirs.keys() if one != other else set()
            score = sum(
                features.weigh(mine[key][0], counts[key]) * mine[key][1] * theirs[key][1]
                for key in common
            )
            if score >= lists.LEAST_SCORE:
                found[one].append((other, score))
    return {
        number: sorted(entries, key=lambda entry: (-entry[1], -entry[0]))[: lists.LONGEST]
        for number, entries in found.items()
    }


def stored_lists(site: Site) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for one, other, score in sorted(tables(site)[2], key=lambda row: (row[0], -row[2], -row[1])):
        found[one].append((other, score))
    return dict(found)


# --- what readers see -------------------------------------------------------------------------


def test_a_post_suggests_those_that_share_a_rare_tag_and_they_suggest_it(
    blog: Blog, site: Site
) -> None:
    ships = write(site, "Harbours", "Cranes and quays.", "ships")
    write(site, "Ovens", "Flour and yeast.", "bread")
    boats = write(site, "Sailing", "Wind and canvas.", "ships")
    assert shown(blog, ships) == ["Sailing"]
    assert shown(blog, boats) == ["Harbours"]


def test_nothing_stands_below_a_post_that_is_like_no_other(blog: Blog, site: Site) -> None:
    alone = write(site, "Ovens", "Flour and yeast.")
    write(site, "Sailing", "Wind and canvas.")
    assert shown(blog, alone) == []
    assert "Read next" not in blog.get(alone.url).text


def test_titles_are_escaped_and_dates_shown(blog: Blog, site: Site) -> None:
    first = write(site, "Quays", "One.", "ships")
    write(site, "<b>Cranes</b> & quays", "Two.", "ships")
    text = blog.get(first.url).text
    assert "&lt;b&gt;Cranes&lt;/b&gt; &amp; quays</a> <time datetime=" in text


@pytest.mark.parametrize("step", ["unpublish", "trash", "purge", "private"])
def test_a_post_that_is_no_longer_public_is_suggested_nowhere(
    blog: Blog, site: Site, step: str
) -> None:
    first, second = write(site, "Quays", "", "ships"), write(site, "Cranes", "", "ships")
    assert shown(blog, first) == ["Cranes"]
    if step == "private":
        site.posts.edit(second.id, visibility="private")
    else:
        getattr(site.posts, step)(second.id)
    assert shown(blog, first) == []
    assert not any(second.id in row for row in tables(site)[2])
    assert not any(second.id == row[1] for row in tables(site)[0])


@pytest.mark.parametrize("status", ["draft", "trashed"])
def test_drafts_are_never_read(site: Site, status: str) -> None:
    write(site, "Quays", "", "ships")
    draft = write(site, "Cranes", "", "ships", status=status)
    site.posts.edit(draft.id, title="Cranes again", source="Other words")
    assert not any(draft.id == row[1] for row in tables(site)[0])


def test_pages_neither_suggest_nor_are_suggested(blog: Blog, site: Site) -> None:
    post = write(site, "Quays", "", "ships")
    page = site.posts.create(PostDraft(title="Quays", kind="page", status="published"))
    assert shown(blog, post) == []
    assert "Read next" not in blog.get(page.url).text


def test_the_place_of_a_lost_neighbour_is_taken_by_the_next_best(blog: Blog, site: Site) -> None:
    posts = [write(site, f"Number {n}", f"Post {n}.", "ships") for n in range(6)]
    assert shown(blog, posts[0]) == ["Number 5", "Number 4", "Number 3", "Number 2"]
    site.posts.purge(posts[5].id)
    assert shown(blog, posts[0]) == ["Number 4", "Number 3", "Number 2", "Number 1"]


def test_the_number_of_suggestions_is_a_setting_that_needs_no_rebuild(
    blog: Blog, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    posts = [write(site, f"Number {n}", f"Post {n}.", "ships") for n in range(6)]
    assert blog.run("plugin", "settings", "related", "limit=2") == 0
    assert "How many posts to suggest" in capsys.readouterr().out
    assert shown(blog, posts[0]) == ["Number 5", "Number 4"]


def test_the_page_depends_on_its_list_and_on_every_post_in_it(blog: Blog, site: Site) -> None:
    from flask import g

    first, second = write(site, "Quays", "", "ships"), write(site, "Cranes", "", "ships")
    with blog.app.test_request_context(first.url):
        blog.app.preprocess_request()
        blog.app.dispatch_request()
        wanted = {f"related:{first.id}", f"post:{second.id}", "settings:related"}
        assert wanted <= g.surrogate_keys


def test_viewing_costs_one_statement_for_ids_and_the_posts_themselves(
    blog: Blog, site: Site
) -> None:
    posts = [write(site, f"Number {n}", f"Post {n}.", "ships") for n in range(6)]
    with counted() as statements:
        blog.get(posts[0].url)
    ours = [text for text in statements if "related_" in text]
    assert len(ours) == 1
    assert len(statements) <= 10


# --- what makes posts related -----------------------------------------------------------------

FOOTER = "Subscribe to our newsletter for practical engineering insights delivered weekly."


def test_a_standing_paragraph_never_makes_posts_related(blog: Blog, site: Site) -> None:
    posts = [write(site, f"Post{n}", f"Text{n} unlike{n}.\n\n{FOOTER}") for n in range(3)]
    assert [shown(blog, post) for post in posts] == [[], [], []]


def test_shared_boilerplate_stands_below_a_rare_tag_and_below_shared_words(
    blog: Blog, site: Site
) -> None:
    standing = "\n\n".join(
        f"Standing paragraph {n} of every single article here." for n in range(8)
    )
    bread = write(site, "Bread", f"Sourdough fermentation temperature.\n\n{standing}", "baking")
    for n in range(20):
        write(site, f"Other{n}", f"Thing{n} stuff{n}.\n\n{standing}")
    tagged = write(site, "Cake", "Eggs.", "baking")
    worded = write(site, "Starters", "Temperature decides sourdough fermentation.")
    assert listed(site, bread) == [tagged.id, worded.id]


def test_a_paragraph_stops_counting_when_a_second_post_copies_it(site: Site) -> None:
    text = "Sourdough fermentation temperature hydration."
    first, second = write(site, "Bread", text), write(site, "Starters", f"{text} More of it.")
    assert listed(site, first) == [second.id]
    third = write(site, "Copy", text)
    assert [listed(site, post) for post in (first, second, third)] == [[], [], []]
    site.posts.unpublish(third.id)
    assert listed(site, first) == [second.id]


def test_a_tag_of_very_many_posts_says_nothing(site: Site) -> None:
    most = features.RAREST[features.TAG_BASE]
    posts = [write(site, f"Number{n}", f"Post{n}.", "everything") for n in range(most)]
    assert len(listed(site, posts[0])) == lists.LONGEST
    last = write(site, "Last", "The last one.", "everything")
    assert listed(site, posts[0]) == []
    site.posts.purge(last.id)
    assert len(listed(site, posts[0])) == lists.LONGEST


def test_a_renamed_tag_joins_the_same_posts(blog: Blog, site: Site) -> None:
    first = write(site, "Quays", "", "ships")
    write(site, "Cranes", "", "ships")
    site.terms.rename("ships", "Vessels")
    site.posts.edit(first.id, source="Other words")
    assert shown(blog, first) == ["Cranes"]


def test_chinese_and_japanese_posts_are_joined_by_pairs_of_characters(site: Site) -> None:
    first = write(site, "人工智能的未来", "一。")
    second = write(site, "人工智能与医学", "二。")
    write(site, "面包和酵母", "三。")
    assert listed(site, first) == [second.id]


# --- the stored lists are the true ones -------------------------------------------------------

WORDS = "quay crane mast sail rope tide harbour anchor ballast compass rudder galley".split()
TAGS = ["ships", "trade", "weather", "history", "knots"]


def random_text(chance: random.Random) -> str:
    standing = [f"Standing paragraph number {n} for everybody." for n in range(6)]
    own = [" ".join(chance.choices(WORDS, k=5)) for _ in range(chance.randrange(4))]
    paragraphs = own + chance.sample(standing, chance.randrange(3))
    chance.shuffle(paragraphs)
    return "\n\n".join(paragraphs)


def random_change(site: Site, chance: random.Random, ids: list[int]) -> None:
    """Do one thing to one post."""
    act = chance.choice(["create", "create", "edit", "retag", "draft", "publish", "purge", "kind"])
    if act == "create" or not ids:
        tags = chance.sample(TAGS, chance.randrange(3))
        title = " ".join(chance.choices(WORDS, k=2))
        ids.append(write(site, title, random_text(chance), *tags).id)
        return
    number = chance.choice(ids)
    match act:
        case "edit":
            site.posts.edit(number, source=random_text(chance))
        case "retag":
            terms = {"tag": tuple(chance.sample(TAGS, chance.randrange(3)))}
            site.posts.edit(number, title=chance.choice(WORDS), terms=terms)
        case "draft":
            site.posts.unpublish(number)
        case "publish":
            site.posts.publish(number)
        case "kind":
            site.posts.edit(number, kind=chance.choice(["post", "page"]))
        case "purge":
            ids.remove(number)
            site.posts.purge(number)


@pytest.mark.parametrize("seed", range(4))
def test_after_any_changes_the_tables_are_those_of_a_rebuild_and_of_counting_by_hand(
    site: Site, seed: int
) -> None:
    chance, ids = random.Random(seed), list[int]()
    for step in range(40):
        random_change(site, chance, ids)
        if step % 8 == 7:
            assert stored_lists(site) == expected_lists(site)
    saved = tables(site)
    refreshing.rebuild(site, lambda done, total: None)
    assert tables(site) == saved
    assert stored_lists(site) == expected_lists(site)


@pytest.mark.postgres
def test_postgresql_stores_the_same_lists(
    postgres_url: str, make_blog: Callable[..., Blog]
) -> None:
    site = make_blog(plugins=["related"], database_url=postgres_url).site
    chance, ids = random.Random(11), list[int]()
    for _ in range(30):
        random_change(site, chance, ids)
    saved = tables(site)
    assert stored_lists(site) == expected_lists(site) != {}
    refreshing.rebuild(site, lambda done, total: None)
    assert tables(site) == saved


def test_two_rebuilds_and_any_order_of_saving_give_the_same_lists(
    make_blog: Callable[..., Blog],
) -> None:
    chance = random.Random(7)
    posts = [(" ".join(chance.choices(WORDS, k=2)), random_text(chance)) for _ in range(15)]
    found = []
    for order in ([*range(15)], [*reversed(range(15))]):
        site = make_blog(plugins=["related"]).site
        for _ in range(15):
            site.posts.create(PostDraft(title="Empty"))
        for place in order:
            title, text = posts[place]
            site.posts.edit(place + 1, title=title, source=text, status="published")
        found.append(stored_lists(site))
        refreshing.rebuild(site, lambda done, total: None)
        found.append(stored_lists(site))
    assert found[0] and all(other == found[0] for other in found)


def test_a_hook_that_comes_late_or_twice_changes_nothing(site: Site) -> None:
    posts = [write(site, f"Number {n}", random_text(random.Random(n)), "ships") for n in range(5)]
    before = tables(site)
    for post in posts:
        refreshing.follow(site, post.id)
        site.hooks.on_post_unpublished(post=post)
    assert tables(site) == before


def test_a_save_goes_well_between_anothers_deletion_and_its_hook(blog: Blog, site: Site) -> None:
    first, gone = write(site, "Quays", "", "ships"), write(site, "Cranes", "", "ships")
    with db.write() as session:
        no_act(session, "posts")
        session.execute(db.text("DELETE FROM posts WHERE id = :id"), {"id": gone.id})
    write(site, "Sailing", "", "ships")
    assert shown(blog, first) == ["Sailing"]
    site.hooks.on_post_unpublished(post=gone)
    assert stored_lists(site) == expected_lists(site)


# --- what a save costs ------------------------------------------------------------------------


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements sent meanwhile."""
    statements: list[str] = []

    def sent(_connection: object, _cursor: object, text: str, *_rest: object) -> None:
        statements.append(text)

    engines = {db.engine, db.write_engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", sent)
    try:
        yield statements
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", sent)


def steps_of(site: Site, post_id: int) -> int:
    """Return SQLite's own count of virtual machine steps for following one post, in thousands."""
    ticks = 0

    def tick() -> int:
        nonlocal ticks
        ticks += 1
        return 0

    with db.write_engine.connect() as connection:
        raw = connection.connection.driver_connection
    assert raw is not None
    raw.set_progress_handler(tick, 1000)
    try:
        refreshing.follow(site, post_id)
    finally:
        raw.set_progress_handler(None, 1000)
    return ticks


def fill(site: Site, start: int, stop: int) -> None:
    """Add posts as a growing blog would: few tags, standing paragraphs, words of their own."""
    with site.db.write() as session:
        rows = []
        for n in range(start, stop):
            chance = random.Random(n)
            for word in {f"word{chance.randrange(stop * 3)}" for _ in range(40)} | {"engineering"}:
                rows.append((features.key("word", word), n + 1000, features.IN_TEXT))
            rows.append((features.key("block", "standing"), n + 1000, features.IN_BLOCK))
        session.execute(
            Feature.__table__.insert(),
            [{"feature": f, "post_id": p, "strength": s} for f, p, s in rows],
        )
        session.execute(Frequency.__table__.delete())
        held = session.execute(select(Feature.feature, Feature.strength)).fetchall()
        counts = Counter(feature for feature, _ in held)
        bases = {f: features.WORD_BASE if s else features.BLOCK_BASE for f, s in held}
        session.execute(
            Frequency.__table__.insert(),
            [
                {
                    "feature": f,
                    "base": bases[f],
                    "posts": n,
                    "weight": features.weigh(bases[f], n),
                }
                for f, n in counts.items()
            ],
        )


def test_a_save_costs_the_same_in_a_blog_of_ten_times_the_size(site: Site) -> None:
    text = "Engineering practices.\n\nStanding"
    cost = []
    for size in (300, 3000):
        refreshing.rebuild(site, lambda done, total: None)
        fill(site, 0, size)
        post = write(site, f"Size {size}", text)
        own = " ".join(f"word{n}" for n in range(40))
        site.posts.edit(post.id, source=f"{text}\n\n{own}")
        with counted() as statements:
            refreshing.follow(site, post.id)
        site.posts.edit(post.id, status="draft")
        cost.append((len(statements), steps_of(site, post.id)))
        site.posts.purge(post.id)
    (few, small), (many, large) = cost
    assert many <= few + 2 and few <= 30
    assert large <= small * 2 + 5


def test_a_very_long_post_stores_a_bounded_number_of_rows(site: Site) -> None:
    text = "\n\n".join(f"Paragraph{n} about subject{n} and matter{n}." for n in range(600))
    post = write(
        site, " ".join(f"title{n}" for n in range(30)), text, *(f"t{n}" for n in range(30))
    )
    rows = [row for row in tables(site)[0] if row[1] == post.id]
    most = features.MOST_BLOCKS + features.MOST_WORDS + features.MOST_TITLE_WORDS
    assert len(rows) <= most + features.MOST_TERMS


# --- a blog that was there before -------------------------------------------------------------


def test_the_first_save_takes_older_posts_in_and_a_rebuild_all_of_them(
    make_blog: Callable[..., Blog], capsys: pytest.CaptureFixture[str]
) -> None:
    before = make_blog(plugins=[])
    old = [write(before.site, f"Number {n}", f"Post {n}.", "ships") for n in range(3)]
    blog = make_blog(plugins=["related"], folder=before.folder)
    assert shown(blog, old[0]) == []
    write(blog.site, "Number 9", "Post 9.", "ships")
    assert shown(blog, old[0]) == ["Number 9", "Number 2", "Number 1"]
    with blog.site.db.write() as session:
        session.execute(Neighbour.__table__.delete())
    assert blog.run("related", "rebuild") == 0
    assert "Related posts are found for 4 posts." in capsys.readouterr().out
    assert shown(blog, old[0]) == ["Number 9", "Number 2", "Number 1"]


# --- the sample text --------------------------------------------------------------------------


def test_the_sample_blog_is_joined_by_subject_and_not_by_its_recurring_paragraphs(
    blog: Blog, site: Site, corpora: Path
) -> None:
    sample = json.loads((corpora / "seed" / "expected.json").read_text("utf-8"))
    posts = {}
    for post in reversed(sample["posts"]):
        marks = {"heading": "## "}
        text = "\n\n".join(marks.get(block["type"], "") + block["text"] for block in post["blocks"])
        posts[post["title"]] = write(site, post["title"], text, sample["tag"])
    assert stored_lists(site) == expected_lists(site)
    for title, best in {
        "10 CLI Development Patterns Every Engineering Manager Should Internalize": (
            "The Contrarian Argument for CLI Development in 2026",
            "The No-BS Playbook for Shipping Browser Extension Development Fast",
        ),
        "Rethinking Streaming Pipelines for the Modern Solo Developer": (
            "Building a Mobile App with NLP Pipelines",
        ),
        "Building Resilient Systems with Desktop App Frameworks and Remix": (
            "Building a Mobile App with NLP Pipelines",
        ),
    }.items():
        assert set(shown(blog, posts[title])[: len(best)]) == set(best)
    assert all(len(shown(blog, post)) == 4 for post in posts.values())


# --- what writers choose ------------------------------------------------------------------------


def test_a_writer_pins_and_bans_and_no_reader_is_sent_to_another_language(blog: Blog) -> None:
    site = blog.site
    posts = [write(site, f"Wooden clocks {n}", "", "Clocks") for n in range(4)]
    far = write(site, "Nothing alike", "Quite other words")
    one, best, *_ = posts
    panel = dict(site.contributions.editor_panels)["related"]
    chosen = {"always": f"{far.url}\n{posts[3].url}#x", "never": best.url}
    assert panel.check is not None and panel.save is not None
    assert panel.check(site, chosen) == {}
    panel.save(site, one, chosen)
    assert leads_to(blog, one)[:2] == [far.url, posts[3].url]
    assert best.url in leads_to(blog, posts[2]) and best.url not in leads_to(blog, one)
    again = str(panel.show(site, one, PanelForm("p")))
    assert f"{far.url}\n{posts[3].url}</textarea>" in again
    for wrong in ({"always": "/nowhere/"}, {"always": best.url, "never": best.url}):
        assert panel.check(site, wrong)
    site.posts.edit(posts[2].id, language="de-AT")
    assert posts[2].url not in leads_to(blog, one)
    site.posts.purge(far.id)
    assert leads_to(blog, one)[0] == posts[3].url


def leads_to(blog: Blog, post: Post) -> list[str]:
    html = blog.get(post.url).text
    section = re.search(r'<section class="widget widget-related".*?</section>', html, re.DOTALL)
    return re.findall(r'href="([^"]*)"', section[0]) if section else []
