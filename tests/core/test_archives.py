"""How lists are shown, sorted, numbered and combined, and which of them are worth finding."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from blogengine.errors import UserError
from blogengine.numbering import Numbers
from blogengine.testing.blog import Workshop
from blogengine.views.combining import read_combination
from tests.conftest import Blog
from tests.core.test_tag_archive import read

DAY = datetime(2025, 1, 1, 9)
ROBOTS = '<meta name="robots" content="noindex,follow">'


def fill(blog: Blog, count: int, tag: str, **more: object) -> list[int]:
    """Write posts, one a day, the first the oldest; return their ids."""
    return [
        blog.post(
            f"{tag} {n}", f"Words of {n}.", tags=[tag], published_at=DAY + timedelta(days=n), **more
        ).id
        for n in range(count)
    ]


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory, blogengine_workshop: Workshop) -> Iterator[Blog]:
    """One blog for all: each test has tags of its own."""
    made = blogengine_workshop.build(
        tmp_path_factory.mktemp("archives") / "blog",
        plugins=["feeds", "theme_paper"],
        settings={"site": {"posts_per_page": 3, "base_url": "https://blog.example"}},
    )
    yield made
    made.close()


@pytest.fixture(autouse=True)
def plain(blog: Blog) -> Iterator[None]:
    yield
    blog.set("site", stable_pages=False, list_display="full", thin_tags=2)


def titles(blog: Blog, path: str) -> list[str]:
    answer = blog.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return [article["title"] for article in read(answer.text).articles]


def test_a_described_tag_shows_text_picture_and_colour_on_its_first_page_alone(blog: Blog) -> None:
    fill(blog, 4, "Sea")
    blog.site.terms.describe("sea", "All about *salt*.", image="/media/sea.jpg", colour="#1a6b4c")
    first, second = blog.get("/tag/sea/").text, blog.get("/tag/sea/page/2/").text
    for mark in ("All about <em>salt</em>.", 'src="/media/sea.jpg"', 'fill="#1a6b4c"'):
        assert mark in first
        assert mark not in second


def test_a_tag_has_its_own_display_and_page_size(blog: Blog) -> None:
    ids = fill(blog, 5, "Short", excerpt="Said briefly.")
    blog.site.terms.describe("short", display="titles", page_size=5)
    html = blog.get("/tag/short/").text
    assert len(read(html).articles) == len(ids)
    assert "Words of" not in html
    assert "Said briefly." not in html
    blog.site.terms.describe("short", display="excerpt")
    html = blog.get("/tag/short/").text
    assert html.count("Said briefly.") == 5
    assert "Words of" not in html
    assert len(titles(blog, "/")) == 3
    blog.set("site", list_display="titles")
    assert "Words of" not in blog.get("/").text


@pytest.mark.parametrize(
    ("sort", "wanted"),
    [
        ("newest", [4, 3, 2, 1, 0]),
        ("oldest", [0, 1, 2, 3, 4]),
        ("updated", [1, 4, 3, 2, 0]),
        ("manual", [3, 0, 1, 2, 4]),
    ],
)
def test_a_tag_has_its_own_order_on_all_its_pages(blog: Blog, sort: str, wanted: list[int]) -> None:
    name = f"By {sort}"
    ids = fill(blog, 5, name, updated_at=DAY)
    slug = name.lower().replace(" ", "-")
    for n, number in enumerate(ids):
        blog.site.posts.edit(number, updated_at=DAY + timedelta(days=n))
    blog.site.terms.describe(slug, sort=sort)
    blog.site.posts.edit(ids[1], updated_at=DAY + timedelta(days=900))
    blog.site.terms.arrange(slug, [ids[3], ids[0]])
    pages = titles(blog, f"/tag/{slug}/") + titles(blog, f"/tag/{slug}/page/2/")
    assert pages == [f"{name} {n}" for n in wanted]
    data = re.findall(r'ld\+json">(.*?)</script>', blog.get(f"/tag/{slug}/").text)[0]
    items = json.loads(data)["mainEntity"]["itemListElement"]
    assert [item["name"] for item in items] == pages[:3]
    feed = blog.get(f"/tag/{slug}/feed.json").json
    assert [item["title"] for item in feed["items"]][:3] == [f"{name} {n}" for n in (4, 3, 2)]


@pytest.mark.parametrize("sort", ["newest", "oldest", "updated", "manual"])
def test_pins_stand_on_top_and_every_post_on_one_page(blog: Blog, sort: str) -> None:
    slug = f"pins-{sort}"
    ids = fill(blog, 8, f"Pins {sort}", updated_at=DAY)
    blog.site.terms.describe(slug, sort=sort, pins=[ids[2], ids[0]])
    pages = [titles(blog, f"/tag/{slug}/")]
    pages += [titles(blog, f"/tag/{slug}/page/{n}/") for n in (2, 3)]
    assert pages[0][:2] == [f"Pins {sort} 2", f"Pins {sort} 0"]
    assert sorted(title for page in pages for title in page) == [
        f"Pins {sort} {n}" for n in range(8)
    ]
    blog.site.posts.unpublish(ids[2])
    assert titles(blog, f"/tag/{slug}/")[0] == f"Pins {sort} 0"
    blog.site.posts.publish(ids[2])
    assert titles(blog, f"/tag/{slug}/")[0] == f"Pins {sort} 2"


def test_shapes_that_cannot_be_are_refused_and_undo_brings_the_old_one_back(blog: Blog) -> None:
    ids = fill(blog, 4, "Shaped")
    for wrong in (
        {"display": "all"}, {"sort": "best"}, {"page_size": 101}, {"pins": ids},
        {"template": "../x"}, {"colour": "red"},
    ):  # fmt: skip
        with pytest.raises(UserError):
            blog.site.terms.describe("shaped", **wrong)
    act = blog.site.terms.describe("shaped", sort="oldest", pins=[ids[3]]).id
    assert titles(blog, "/tag/shaped/") == ["Shaped 3", "Shaped 0", "Shaped 1"]
    blog.site.terms.undo(act)
    assert titles(blog, "/tag/shaped/") == ["Shaped 3", "Shaped 2", "Shaped 1"]
    assert blog.site.terms.get("shaped").pins == ()


def test_an_internal_tag_is_nowhere_for_readers_and_there_for_writers(blog: Blog) -> None:
    post = blog.post("Secretly", tags=["To check", "Open"])
    other = blog.post("Openly", tags=["To check", "Open"])
    blog.site.terms.describe("to-check", internal=True)
    for path in ("/", post.url, "/tags/", "/tag/open/", "/tag/open/feed.json", "/feed/atom/"):
        assert "To check" not in blog.get(path).text, path
        assert "to-check" not in blog.get(path).text, path
    for path in ("/tag/to-check/", "/tag/to-check/feed/", "/tag/open+to-check/"):
        assert blog.get(path).status_code == 404
    known = blog.site.posts.get(other.id)
    assert [term.name for term in known.internal] == ["To check"]
    assert [term.name for term in known.terms] == ["Open"]
    assert blog.site.posts.draft(post.id).terms == {"tag": ("To check", "Open")}
    assert "To check" in [one.name for one in blog.site.terms.complete("to")]


def test_thin_tags_and_combinations_are_not_for_search_engines(blog: Blog) -> None:
    fill(blog, 1, "Thin")
    fill(blog, 2, "Thick")
    assert ROBOTS in blog.get("/tag/thin/").text
    assert ROBOTS not in blog.get("/tag/thick/").text
    listed = {archive.name for archive in blog.site.archives.terms()}
    assert "Thick" in listed
    assert "Thin" not in listed
    blog.set("site", thin_tags=0)
    thin = blog.site.archives.term("thin")
    assert thin is not None
    assert thin.indexable
    assert ROBOTS not in blog.get("/tag/thin/").text
    assert ROBOTS in blog.get("/tag/thick,thin/").text


def test_tags_are_combined_under_one_address(blog: Blog) -> None:
    for name, tags in (("TT", "Tea Travel"), ("T", "Tea"), ("V", "Travel"), ("S", "Tea Snow")):
        blog.post(name, tags=tags.split())
    assert titles(blog, "/tag/tea+travel/") == ["TT"]
    assert titles(blog, "/tag/tea,travel/") == ["S", "V", "T"]
    assert titles(blog, "/tag/tea,travel/page/2/") == ["TT"]
    assert titles(blog, "/tag/tea+-travel/") == ["S", "T"]
    assert titles(blog, "/tag/tea+-snow+-travel/") == ["T"]
    for asked, there in (
        ("travel+tea", "tea+travel"), ("travel,tea", "tea,travel"), ("-travel+tea", "tea+-travel"),
        ("tea+-travel+-snow", "tea+-snow+-travel"), ("tea+tea", "tea"),
        ("TEA+travel", "tea+travel"),
    ):  # fmt: skip
        answer = blog.get(f"/tag/{asked}/")
        assert (answer.status_code, answer.headers.get("Location")) == (301, f"/tag/{there}/")
        feed = blog.get(f"/tag/{asked}/feed/atom/")
        assert feed.headers["Location"] == f"/tag/{there}/feed/atom/"
    assert "<title>" in blog.get("/tag/tea+-travel/feed/").text
    for asked in ("tea+,travel", "-tea", "tea+-tea", "a+b+c+d+e+f", "tea++snow", "tea,"):
        assert blog.get(f"/tag/{asked}/").status_code == 404


def test_a_combination_with_an_unknown_or_no_common_post_leads_to_one_that_is(blog: Blog) -> None:
    blog.post("North", tags=["North"])
    blog.post("South", tags=["South"])
    for path, said in (
        ("/tag/north+nowhere/", "There is no tag “nowhere”."),
        ("/tag/north+south/", "No post fits “North and South”."),
    ):
        answer = blog.get(path)
        assert answer.status_code == 404
        assert said in answer.text
        assert '<a href="/tag/north/" dir="auto">Tag: North</a>' in answer.text
    blog.site.terms.delete("south", pointer="north")
    assert blog.get("/tag/north+south/").status_code == 410


def test_tags_that_often_stand_together_are_named(blog: Blog) -> None:
    for tags in (["Soup", "Winter", "Leek"], ["Soup", "Winter"], ["Soup", "Leek"], ["Soup"]):
        blog.post("Soup", tags=[*tags, "Hidden"])
    blog.site.terms.describe("hidden", internal=True)
    archive = blog.site.archives.term("soup")
    assert archive is not None
    found = [(term.name, term.count) for term in blog.site.archives.together(archive)]
    assert found == [("Leek", 2), ("Winter", 2)]
    first, second = blog.get("/tag/soup/").text, blog.get("/tag/soup/page/2/").text
    assert '<a href="/tag/winter/" dir="auto">Winter</a>' in first[first.index("Often together") :]
    assert "Often together" not in second
    assert "Often together" not in blog.get("/tag/soup+-leek/").text


def test_the_index_is_sorted_by_name_or_count_and_leaves_out_small_ones(blog: Blog) -> None:
    fill(blog, 3, "Zebra")
    fill(blog, 1, "Éclair")
    fill(blog, 1, "日本")

    def names(path: str) -> list[str]:
        found = re.findall(r'<a href="/tag/[^"]*" dir="auto">([^<]+)</a>', blog.get(path).text)
        return [name for name in found if name in ("Zebra", "Éclair", "日本")]

    assert names("/tags/") == ["Éclair", "Zebra", "日本"]
    assert names("/tags/?sort=count")[0] == "Zebra"
    assert names("/tags/?min=2") == ["Zebra"]
    assert names("/tags/?min=x&sort=%00") == ["Éclair", "Zebra", "日本"]
    html = blog.get("/tags/?min=2").text
    assert ROBOTS in html
    assert '<link rel="canonical" href="https://blog.example/tags/">' in html
    assert ROBOTS not in blog.get("/tags/").text
    assert blog.get("/tag/%E6%97%A5%E6%9C%AC/").status_code == 200


def test_stable_pages_keep_their_posts_while_the_list_grows(blog: Blog) -> None:
    fill(blog, 7, "Stable")
    blog.set("site", stable_pages=True)
    oldest = titles(blog, "/tag/stable/page/1/")
    assert oldest == ["Stable 2", "Stable 1", "Stable 0"]
    assert titles(blog, "/tag/stable/") == [f"Stable {n}" for n in (6, 5, 4, 3)]
    assert blog.get("/tag/stable/page/2/").status_code == 302
    html = blog.get("/tag/stable/page/1/").text
    assert '<link rel="canonical" href="https://blog.example/tag/stable/page/1/">' in html
    assert '<link rel="prev" href="https://blog.example/tag/stable/">' in html
    assert 'rel="next"' not in html
    for n in range(7, 10):
        blog.post(f"Stable {n}", tags=["Stable"], published_at=DAY + timedelta(days=n))
        assert titles(blog, "/tag/stable/page/1/") == oldest
    assert titles(blog, "/tag/stable/page/2/") == ["Stable 5", "Stable 4", "Stable 3"]
    assert blog.get("/tag/stable/page/4/").status_code == 404


@pytest.mark.parametrize("size", [1, 2, 3, 10])
@pytest.mark.parametrize("stable", [False, True])
def test_every_post_stands_on_exactly_one_page(size: int, stable: bool) -> None:
    for count in range(45):
        numbers = Numbers("/x/", count, size, stable)
        shown: list[int] = []
        number: int | None = numbers.first
        while number is not None:
            limit, offset = numbers.place(number)
            page = list(range(count))[offset : offset + limit]
            assert not count or len(page) >= (size if stable and count >= size else 1)
            shown += page
            number = numbers.beside(number)[1]
        assert shown == list(range(count))


def test_what_an_address_combines() -> None:
    for text in ("", "a,b+c", "-a", "a+", "a,", "a\x00", "a/b", "a+-a", "+".join("abcdef")):
        assert read_combination(text) is None, text
    asked = read_combination("a+-b+c")
    assert asked is not None
    assert (asked.slugs, asked.without, asked.match) == (("a", "c"), ("b",), "all")
    nested = read_combination("food/soup", levels=True)
    assert nested is not None
    assert nested.slugs == ("soup",)


def test_dates_and_authors_follow_the_same_rules(blog: Blog) -> None:
    author = blog.site.users.create("Dora Dates").slug
    for month in (1, 3, 7):
        for day in (1, 2, 3, 4):
            blog.post("Dated", published_at=datetime(2019, month, day, 9), authors=(author,))
    html = blog.get("/2019/03/").text
    assert '<a class="pager-newer" href="/2019/07/">' in html
    assert '<a class="pager-older" href="/2019/01/">' in html
    assert '<a class="pager-older" href="/2019/03/02/">' in blog.get("/2019/03/03/").text
    for path in ("/2019/", "/2019/03/", f"/author/{author}/"):
        assert len(titles(blog, path)) == 3
        page = blog.get(f"{path}page/2/").text
        assert f'<link rel="canonical" href="https://blog.example{path}page/2/">' in page
        assert f"{path}feed/atom/" in page
        assert blog.get(f"{path}page/99/").status_code == 404
        assert blog.get(f"{path}page/1/").headers["Location"] == path
    assert len(titles(blog, "/2019/03/page/2/")) == 1


def test_the_command_line_and_the_admin_shape_a_tag(
    blog: Blog, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = fill(blog, 4, "Told")
    pins = ("--pin", str(ids[1]), "--pin", str(ids[0]))
    assert blog.run("tag", "describe", "told", "--sort", "manual", "--page-size", "4", *pins) == 0
    assert blog.run("tag", "arrange", "told", str(ids[2]), str(ids[3])) == 0
    assert titles(blog, "/tag/told/") == ["Told 1", "Told 0", "Told 2", "Told 3"]
    capsys.readouterr()
    assert blog.run("tag", "show", "told", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["sort"], shown["page_size"], shown["pins"]) == ("manual", 4, [ids[1], ids[0]])
    assert blog.run("tag", "describe", "told", "--pin", "0", "--internal") == 0
    assert blog.get("/tag/told/").status_code == 404
    assert blog.run("tag", "describe", "told", "--template", "a/b") == 65
    assert blog.run("tag", "describe", "told", "--shown") == 0
    assert titles(blog, "/tag/told/")[0] == "Told 2"


def test_a_theme_has_a_template_for_one_tag(make_blog: Callable[..., Blog], tmp_path: Path) -> None:
    folder = tmp_path / "site" / "plugins" / "mine"
    (folder / "templates").mkdir(parents=True)
    (folder / "__init__.py").write_text(
        "from pathlib import Path\nfrom blogengine.api import *\n"
        "plugin = Plugin(summary='A theme.')\n\n\n@hookimpl\ndef register_themes():\n"
        "    return [Theme('mine', 'Mine', Path(__file__).parent / 'templates')]\n"
    )
    above = "{% extends 'core/list.html' %}{% block above_list %}<p>ABOVE</p>{% endblock %}"
    (folder / "templates" / "tag-alpha.html").write_text(above)
    (folder / "templates" / "large.html").write_text(above.replace("ABOVE", "LARGE"))
    blog = make_blog(folder=tmp_path / "site", plugins=["mine"], settings={"theme": "mine"})
    blog.post("One", tags=["Alpha", "Beta", "Gamma"])
    blog.site.terms.describe("beta", template="large.html")
    blog.site.terms.describe("gamma", template="lost.html")
    shown = {tag: blog.get(f"/tag/{tag}/").text for tag in ("alpha", "beta", "gamma")}
    assert "ABOVE" in shown["alpha"]
    assert "LARGE" in shown["beta"]
    assert "LARGE" not in shown["gamma"]


@pytest.mark.postgres
def test_the_same_on_postgresql(postgres_url: str, make_blog: Callable[..., Blog]) -> None:
    """What SQL is asked for in orders, pins, combinations and levels, on the other database."""
    blog = make_blog(
        plugins=["categories", "feeds", "theme_paper"],
        settings={"posts_per_page": 3, "base_url": "https://blog.example"},
        database_url=postgres_url,
    )
    test_tags_are_combined_under_one_address(blog)
    test_tags_that_often_stand_together_are_named(blog)
    test_dates_and_authors_follow_the_same_rules(blog)
    for sort, wanted in (("updated", [1, 4, 3, 2, 0]), ("manual", [3, 0, 1, 2, 4])):
        test_a_tag_has_its_own_order_on_all_its_pages(blog, sort, wanted)
        test_pins_stand_on_top_and_every_post_on_one_page(blog, sort)
    terms = blog.site.terms.of("category")
    terms.make("Food")
    terms.make("Soup", parent="food")
    for name in ("Food", "Soup", "Soup", "Food"):
        blog.post(f"In {name}", terms={"category": (name,)})
    assert titles(blog, "/category/food/") == ["In Food", "In Soup", "In Soup"]
    assert titles(blog, "/category/food/soup/") == ["In Soup", "In Soup"]
    assert blog.get("/category/soup/").headers["Location"] == "/category/food/soup/"
