"""What search engines and other sites read: structured data, cards, sitemap, robots.txt."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import mf2py
import pytest
from blogengine_plugins.media.receiving import receive
from blogengine_plugins.media.storing import Words
from blogengine_plugins.robots.texts import ANSWERING, LEARNING
from blogengine_plugins.sharing import drawing
from blogengine_plugins.sitemap import parts
from blogengine_plugins.sitemap.writing import Entry, write_addresses
from PIL import Image

from blogengine.testing.blog import Workshop
from blogengine.testing.temporary import temporary_hook
from tests.conftest import Blog
from tests.vocabulary import faults

pytestmark = pytest.mark.xdist_group("discovery")  # one site for all

BASE = "https://blog.example"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
PICTURE = "{http://www.google.com/schemas/sitemap-image/1.1}"
PLUGINS = ["feeds", "media", "robots", "sharing", "sitemap"]
LISTS = ("/", "/page/2/", "/tag/sea/", "/tag/sea/page/2/", "/author/ann-author/", "/tag/land+sea/")


@pytest.fixture(scope="module")
def blog(blogengine_workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    """A blog with an author, five posts two on a page, a page; shared by the tests here."""
    made = blogengine_workshop.build(
        tmp_path_factory.mktemp("discovery") / "blog",
        plugins=PLUGINS,
        settings={"site": {"posts_per_page": 2, "title": "Field Notes", "tagline": "On <boats>"}},
        required=True,
    )
    made.site.users.create("Ann Author")
    for number in range(1, 6):
        tags = ("Sea", "Land") if number % 2 else ("Sea",)
        made.post(f"Post {number}", "Some words.", tags=tags, authors=("ann-author",))
    made.post("Once", "Alone.", tags=("Rare",))
    made.post("About us", "Us.", kind="page")
    made.post("Hidden", "Secret.", status="draft", tags=("Sea",))
    made.post("Private", "Secret.", visibility="private", tags=("Sea",))
    yield made
    made.close()


def data_of(html: str) -> Any:
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return json.loads(script)


def meta_of(html: str) -> dict[str, str]:
    found = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', html)
    assert len(found) == len({name for name, _ in found})
    return dict(found)


# --- structured data --------------------------------------------------------------------------


@pytest.mark.parametrize("path", LISTS)
def test_lists_tell_their_posts_in_the_order_of_the_page(blog: Blog, path: str) -> None:
    html = blog.get(path).text
    data = data_of(html)
    assert faults(data) == []
    shown = re.findall(r'class="p-name u-url" href="([^"]+)"', html)
    assert shown
    items = data["mainEntity"]["itemListElement"]
    assert [item["url"] for item in items] == [BASE + url for url in shown]


def test_a_post_is_a_blog_posting_with_its_way_from_the_home_page(blog: Blog) -> None:
    post = blog.post("Harbour & <sea>", "Many words.", tags=("Sea",), authors=("ann-author",))
    data = data_of(blog.get(post.url).text)
    assert faults(data) == []
    posting, way = data["@graph"]
    assert posting["headline"] == "Harbour & <sea>"
    assert posting["author"] == [
        {"@type": "Person", "name": "Ann Author", "url": f"{BASE}/author/ann-author/"}
    ]
    steps = [(item["name"], item["item"]) for item in way["itemListElement"]]
    assert steps == [
        ("Home", f"{BASE}/"),
        ("Sea", f"{BASE}/tag/sea/"),
        ("Harbour & <sea>", BASE + post.url),
    ]


def test_the_vocabulary_finds_what_is_wrong() -> None:
    """A check that can't fail would let everything pass."""
    person = {"@type": "Person", "name": "Ann", "url": f"{BASE}/"}
    item = {"@type": "ListItem", "position": 1, "name": "x"}
    assert faults(person) == []
    assert faults({**person, "@type": "Persona"}) == ["/: no type 'Persona'"[1:]]
    assert faults({**person, "colour": "red"}) == ["/Person: no property 'colour'"]
    assert faults({**person, "url": "/ann/"}) == ["/Person.url: '/ann/' is no URL"]
    assert faults({"@type": "Person", "name": "Ann"}) == ["/Person: needs url"]
    twice = {"@type": "ItemList", "numberOfItems": 2, "itemListElement": [item, item]}
    assert faults(twice) == ["/ItemList: positions [1, 1]"]


# --- cards ------------------------------------------------------------------------------------


def test_a_post_says_how_it_is_shown_elsewhere(blog: Blog) -> None:
    post = blog.post("Quay", "Its words.", tags=("Sea",))
    told = meta_of(blog.get(post.url).text)
    assert told["og:title"] == "Quay"
    assert (told["og:type"], told["og:url"]) == ("article", BASE + post.url)
    assert (told["og:site_name"], told["og:description"]) == ("Field Notes", "Its words.")
    assert told["twitter:card"] == "summary_large_image"
    assert told["og:image"].startswith(f"{BASE}/cards/{post.id}-")
    assert datetime.fromisoformat(told["article:published_time"]).tzinfo is not None
    assert meta_of(blog.get("/tag/sea/").text)["og:type"] == "website"
    assert "og:title" not in meta_of(blog.get("/nothing-here/").text)


def test_a_picture_of_ones_own_comes_before_a_drawn_one(blog: Blog) -> None:
    content = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(content, "PNG")
    content.seek(0)
    file = receive(blog.site, content, "teal.png", Words(alt="Teal")).file
    post = blog.post("Pictured", featured_image=file.url)
    told = meta_of(blog.get(post.url).text)
    assert told["og:image"] == BASE + file.fresh_url
    assert (told["og:image:width"], told["og:image:alt"]) == ("64", "Teal")
    piece = (post.id - 1) // parts.SIZE + 1
    assert BASE + file.url in blog.get(f"/sitemap-posts-{piece}.xml").text  # `sitemap_pictures`


def test_the_card_is_drawn_once_and_has_another_address_when_it_would_differ(blog: Blog) -> None:
    post = blog.post("Drawn")
    address = meta_of(blog.get(post.url).text)["og:image"].removeprefix(BASE)
    answer = blog.get(address)
    assert (answer.status_code, answer.content_type) == (200, "image/png")
    assert "immutable" in answer.headers["Cache-Control"]
    assert Image.open(io.BytesIO(answer.data)).size == (1200, 630)
    assert len(answer.data) < 60_000
    (kept,) = blog.site.storage.kept(f"sharing/{post.id}-")
    assert blog.get(address).data == answer.data
    blog.site.posts.edit(post.id, title="Drawn anew")
    moved = blog.get(address)
    assert (moved.status_code, "immutable" in moved.headers["Cache-Control"]) == (302, False)
    assert blog.get(moved.location).data != answer.data
    (after,) = blog.site.storage.kept(f"sharing/{post.id}-")
    assert after.key != kept.key
    blog.site.posts.edit(post.id, visibility="private")
    assert blog.get(moved.location).status_code == 404


@pytest.mark.parametrize(
    ("title", "drawn"),
    [
        ("Plain", True),
        ("Über Größe", True),
        ("Ελληνικά, кириллица", True),
        ("日本語の題", False),
        ("שלום", False),
        ("", False),
    ],
)
def test_a_title_is_drawn_only_where_the_font_has_its_letters(title: str, drawn: bool) -> None:
    assert drawing.can_draw(title, "") is drawn
    content = drawing.draw(title, "Site", "blog.example", "#1f3a5f", "")
    assert Image.open(io.BytesIO(content)).size == (1200, 630)


@pytest.mark.parametrize("title", ["word " * 60, "W" * 400, "a", "漢" * 200])
def test_a_title_of_any_length_fits(title: str) -> None:
    size, lines = drawing.fitted(title, "")
    room = drawing.WIDTH - 2 * drawing.MARGIN
    letters = drawing.load("", size)
    assert 1 <= len(lines) <= drawing.MOST_LINES
    assert all(letters.getlength(line.rstrip("…")) <= room for line in lines)


# --- the sitemap ------------------------------------------------------------------------------


def addresses_in(blog: Blog) -> dict[str, str]:
    """Return every address of the sitemap with its date, as a crawler finds them."""
    index = ElementTree.fromstring(blog.get("/sitemap.xml").data)
    assert index.tag == f"{MAP}sitemapindex"
    found: dict[str, str] = {}
    for file in index.findall(f"{MAP}sitemap"):
        address = file.findtext(f"{MAP}loc", "").removeprefix(BASE)
        part = ElementTree.fromstring(blog.get(address).data)
        assert part.tag == f"{MAP}urlset"
        for url in part.findall(f"{MAP}url"):
            name = url.findtext(f"{MAP}loc", "")
            assert name not in found
            found[name] = url.findtext(f"{MAP}lastmod", "")
    return found


def test_the_sitemap_names_what_may_be_found_and_nothing_else(blog: Blog) -> None:
    """`sitemap_entries` brings the lists; thin tags and what isn't public stay out."""
    found = addresses_in(blog)
    for path in ("/", "/tags/", "/tag/sea/", "/author/ann-author/", "/about-us/"):
        assert BASE + path in found
    public = {
        BASE + post.url
        for post in blog.site.posts.find(statuses=("published",), limit=500)
        if post.public
    }
    assert public <= found.keys()
    assert not any("rare" in url or "hidden" in url or "private" in url for url in found)
    for url in found:
        answer = blog.get(url.removeprefix(BASE))
        assert answer.status_code == 200
        assert "noindex" not in meta_of(answer.text).get("robots", "")
        assert f'<link rel="canonical" href="{url}">' in answer.text
    assert all(datetime.fromisoformat(at).tzinfo is not None for at in found.values() if at)


def test_plugins_add_pages_of_their_own(blog: Blog) -> None:
    at = datetime(2020, 1, 2, tzinfo=UTC)
    with temporary_hook(blog.site, "sitemap_entries", lambda: [("/map/", at), ("/", None)]):
        found = addresses_in(blog)
    assert found[f"{BASE}/map/"] == "2020-01-02T00:00:00Z"


def test_posts_stand_in_files_by_their_ids(blog: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    before = addresses_in(blog).keys()
    monkeypatch.setattr(parts, "SIZE", 3)
    assert blog.get("/sitemap.xml").text.count("sitemap-posts-") > 2
    assert addresses_in(blog).keys() == before


def test_a_file_keeps_both_bounds_of_the_protocol() -> None:
    many = [Entry(f"{BASE}/{number}/") for number in range(50_010)]
    assert write_addresses(many).count(b"<url>") == 50_000
    assert b"<url>" not in write_addresses([Entry(BASE + "/x" * 1100)])


@pytest.mark.parametrize("name", ["posts-0", "posts-99", "nothing-1", "site-2", "posts-999999999"])
def test_files_that_are_not_there_answer_404(blog: Blog, name: str) -> None:
    assert blog.get(f"/sitemap-{name}.xml").status_code == 404


def test_a_crawler_that_has_the_sitemap_gets_304(blog: Blog) -> None:
    for path in ("/sitemap.xml", "/sitemap-site-1.xml", "/robots.txt"):
        known = {"If-None-Match": blog.get(path).headers["ETag"]}
        assert blog.get(path, headers=known).status_code == 304


# --- robots.txt and llms.txt ------------------------------------------------------------------


def refused(text: str, agent: str) -> bool:
    """Whether a program is refused altogether, by the groups of RFC 9309."""
    groups: list[tuple[list[str], list[str]]] = []
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name == "User-agent":
            if not groups or groups[-1][1]:
                groups.append(([], []))
            groups[-1][0].append(value.strip())
        elif name == "Disallow":
            groups[-1][1].append(value.strip())
    own = [rules for names, rules in groups if agent in names]
    every = [rules for names, rules in groups if "*" in names]
    return "/" in [rule for rules in own or every for rule in rules]


def test_the_owner_chooses_what_ai_companies_may_read(blog: Blog) -> None:
    for choice, learning, answering in (
        ("allow", False, False),
        ("no training", True, False),
        ("none", True, True),
    ):
        blog.set("robots", ai_crawlers=choice, more="Disallow: /quiet/")
        text = blog.get("/robots.txt").text
        assert {refused(text, agent) for agent in LEARNING} == {learning}
        assert {refused(text, agent) for agent in ANSWERING} == {answering}
        assert not refused(text, "Googlebot")
        assert f"Sitemap: {BASE}/sitemap.xml" in text
        group = text[text.index("User-agent: *") :]
        assert "Disallow: /admin/" in group and "Disallow: /quiet/" in group
    blog.set("robots", search_engines="no", ai_crawlers="allow", more="")
    assert refused(blog.get("/robots.txt").text, "Googlebot")
    blog.set("robots", search_engines="yes")


def test_llms_txt_is_there_only_if_the_owner_wants_it(blog: Blog) -> None:
    assert blog.get("/llms.txt").status_code == 404
    blog.set("robots", llms="yes")
    answer = blog.get("/llms.txt")
    assert answer.text.startswith("# Field Notes\n\n> On <boats>\n")
    assert f"]({BASE}/tag/sea/)" in answer.text and "Secret" not in answer.text
    blog.set("robots", llms="no")


# --- microformats -----------------------------------------------------------------------------


def test_a_list_is_a_feed_of_entries_for_microformats(blog: Blog) -> None:
    parsed = mf2py.parse(blog.get("/tag/sea/").text, url=f"{BASE}/tag/sea/")
    (feed,) = [item for item in parsed["items"] if item["type"] == ["h-feed"]]
    assert feed["properties"]["name"] == ["Tag: Sea"]
    entries = [child for child in feed["children"] if child["type"] == ["h-entry"]]
    assert len(entries) == 2
    for entry in entries:
        told = entry["properties"]
        assert {"name", "url", "published", "content", "category"} <= told.keys()
        assert told["url"][0].startswith(f"{BASE}/2")
        assert datetime.fromisoformat(told["published"][0]).tzinfo is not None


def test_a_post_is_an_entry_with_an_author_for_microformats(blog: Blog) -> None:
    post = blog.post("Entry", "Words *here*.", tags=("Sea",), authors=("ann-author",))
    parsed = mf2py.parse(blog.get(post.url).text, url=BASE + post.url)
    (entry,) = [item for item in parsed["items"] if item["type"] == ["h-entry"]]
    told = entry["properties"]
    assert (told["name"], told["url"]) == (["Entry"], [BASE + post.url])
    (author,) = told["author"]
    assert author["type"] == ["h-card"]
    assert author["properties"]["name"] == ["Ann Author"]
    assert author["properties"]["url"] == [f"{BASE}/author/ann-author/"]
    assert told["content"][0]["value"].strip() == "Words here."
    assert parsed["rels"]["canonical"] == [BASE + post.url]
