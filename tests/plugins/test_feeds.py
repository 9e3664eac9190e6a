"""`feeds`: valid for every reader, with ids that never change."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest
from blogengine_plugins.feeds import ATOM, JSON_FEED, RSS
from blogengine_plugins.feeds.addresses import make_absolute
from blogengine_plugins.feeds.atom import write_atom
from blogengine_plugins.feeds.channel import Channel, Entry, Label, Person
from blogengine_plugins.feeds.characters import clean
from blogengine_plugins.feeds.identity import post_guid, post_iri
from blogengine_plugins.feeds.json_feed import write_json_feed
from blogengine_plugins.feeds.rss import write_rss
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Blog

BASE = "https://blog.example"
A = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
SUFFIXES = (RSS, ATOM, JSON_FEED)

patient = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine takes its time; that says nothing of the code."""


@pytest.fixture
def blog(make_blog: Callable[..., Blog]) -> Blog:
    """A blog with feeds, an author and three posts."""
    chosen = {"title": "Field Notes", "tagline": "What <worked> & what didn’t"}
    blog = make_blog(plugins=["feeds"], settings=chosen)
    blog.site.users.create("Ann Author")
    blog.post("Ships", "About *ships*.\n\n## Crew\n\nSee [the crew](#crew).", tags=("Sea", "Trade"))
    blog.post("Ovens & <bread>", "Flour.", authors=("ann-author",), tags=("Baking",), language="de")
    blog.post("", "No title at all.", excerpt="A short word.")
    return blog


# --- the rules of each format, as a reader checks them ----------------------------------------


def texts(element: ElementTree.Element, name: str) -> list[str]:
    return [found.text or "" for found in element.findall(name)]


def check_feed(data: bytes) -> Any:
    """Parse an XML feed strictly: nothing may be wrong with it at all."""
    parsed = feedparser.parse(data, response_headers={"content-type": "application/xml"})
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


def check_atom(data: bytes) -> ElementTree.Element:
    """RFC 4287: what a feed and an entry must have, once or several times, and in which form."""
    check_feed(data)
    feed = ElementTree.fromstring(data)
    assert feed.tag == f"{A}feed"
    assert all(len(texts(feed, A + name)) == 1 for name in ("id", "title", "updated"))
    assert feed.find(f"{A}author/{A}name") is not None
    links = [link.attrib for link in feed.findall(f"{A}link")]
    assert [link["rel"] for link in links[:2]] == ["self", "alternate"]
    steps = [link["rel"] for link in links[2:]]  # RFC 5005, 3
    assert len(steps) == len(set(steps)) and {*steps} <= {"first", "last", "previous", "next"}
    entries = feed.findall(f"{A}entry")
    ids = [text for entry in [feed, *entries] for text in texts(entry, f"{A}id")]
    assert len(ids) == len(set(ids)) == len(entries) + 1
    assert all(re.match(r"[A-Za-z][A-Za-z0-9+.-]*:\S+$", name) for name in ids)
    for entry in entries:
        assert all(len(texts(entry, A + name)) == 1 for name in ("title", "updated", "published"))
        assert len(entry.findall(f"{A}content")) <= 1 and len(entry.findall(f"{A}summary")) <= 1
        rels = [link.get("rel") for link in entry.findall(f"{A}link")]
        assert rels.count("alternate") == 1 and {*rels} <= {"alternate", "enclosure"}
        assert all(link.get("href") for link in entry.findall(f"{A}link"))
        assert all(text for text in texts(entry, f"{A}author/{A}name"))
        assert all(label.get("term") for label in entry.findall(f"{A}category"))
    moments = [*feed.iter(f"{A}updated"), *feed.iter(f"{A}published")]
    assert all(RFC_3339.fullmatch(moment.text or "") for moment in moments)
    return feed


def check_rss(data: bytes) -> ElementTree.Element:
    """RSS 2.0: what a channel and an item must have."""
    check_feed(data)
    rss = ElementTree.fromstring(data)
    assert (rss.tag, rss.get("version")) == ("rss", "2.0")
    (channel,) = rss
    for name in ("title", "link", "description", "language", "lastBuildDate"):
        (text,) = texts(channel, name)
        assert text or name == "title"
    assert channel.find(f"{A}link[@rel='self']") is not None
    guids = []
    for item in channel.findall("item"):
        assert item.find("title") is not None or item.find("description") is not None
        (guid,) = item.findall("guid")
        assert guid.get("isPermaLink") == "false"
        guids.append(guid.text)
        (published,) = texts(item, "pubDate")
        assert parsedate_to_datetime(published).tzinfo is not None
        assert re.search(r" [+-]\d{4}$", published)
        assert len(texts(item, "link")) == 1
        files = item.findall("enclosure")
        assert len(files) <= 1  # what the profile advises
        for file in files:
            assert file.get("url") and file.get("type") and (file.get("length") or "").isdigit()
    assert all(guids) and len(guids) == len(set(guids))
    return channel


def check_json(data: bytes) -> dict[str, Any]:
    """JSON Feed 1.1."""
    feed: dict[str, Any] = json.loads(data)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert isinstance(feed["items"], list)
    ids = [item["id"] for item in feed["items"]]
    assert len(ids) == len(set(ids)) and all(isinstance(name, str) and name for name in ids)
    for item in feed["items"]:
        assert ("content_html" in item) != ("content_text" in item)
        assert RFC_3339.fullmatch(item["date_published"])
        assert RFC_3339.fullmatch(item["date_modified"])
        assert all(author["name"] for author in item.get("authors", ()))
        assert all(isinstance(tag, str) for tag in item.get("tags", ()))
    return feed


CHECKS: dict[str, Callable[[bytes], Any]] = {
    RSS: check_rss,
    ATOM: check_atom,
    JSON_FEED: check_json,
}
TYPES = {
    RSS: "application/rss+xml; charset=utf-8",
    ATOM: "application/atom+xml; charset=utf-8",
    JSON_FEED: "application/feed+json; charset=utf-8",
}


# --- by HTTP ----------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_archive_has_valid_feeds_and_advertises_them(blog: Blog, suffix: str) -> None:
    year = datetime.now(UTC).year
    archives = ("/", "/tag/sea/", "/tag/sea+trade/", "/author/ann-author/", f"/{year}/")
    for path in archives:
        answer = blog.get(path + suffix)
        assert (answer.status_code, answer.content_type) == (200, TYPES[suffix])
        CHECKS[suffix](answer.data)
        kind = TYPES[suffix].partition(";")[0]
        assert f'rel="alternate" type="{kind}"' in blog.get(path).text
        assert f'href="{BASE}{path}{suffix}"' in blog.get(path).text


def test_the_rss_feed_says_everything_of_channel_and_items(blog: Blog) -> None:
    channel = check_rss(blog.get("/feed/").data)
    assert texts(channel, "title") == ["Field Notes"]
    assert texts(channel, "description") == ["What <worked> & what didn’t"]
    assert texts(channel, "link") == [f"{BASE}/"]
    assert channel.find(f"{A}link").get("href") == f"{BASE}/feed/"  # type: ignore[union-attr]
    untitled, ovens, ships = channel.findall("item")
    assert texts(ovens, "title") == ["Ovens & <bread>"]
    assert texts(ovens, f"{DC}creator") == ["Ann Author"]
    assert texts(ships, "category") == ["Sea", "Trade"]
    assert "<em>ships</em>" in texts(ships, CONTENT)[0]
    assert texts(untitled, "title") == []
    assert texts(untitled, "description") == ["A short word."]


def test_the_atom_feed_says_everything_of_feed_and_entries(blog: Blog) -> None:
    feed = check_atom(blog.get("/tag/baking/feed/atom/").data)
    space = "{http://www.w3.org/XML/1998/namespace}lang"
    assert feed.get(space) == "en"
    assert texts(feed, f"{A}title") == ["Baking – Field Notes"]
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{A}link")}
    assert links == {"self": f"{BASE}/tag/baking/feed/atom/", "alternate": f"{BASE}/tag/baking/"}
    (entry,) = feed.findall(f"{A}entry")
    assert entry.get(space) == "de"
    assert texts(entry, f"{A}author/{A}uri") == [f"{BASE}/author/ann-author/"]
    label = {"term": "baking", "scheme": f"{BASE}/tag/", "label": "Baking"}
    assert entry.find(f"{A}category").attrib == label  # type: ignore[union-attr]
    content = entry.find(f"{A}content")
    assert content is not None and content.get("type") == "html"
    assert content.text is not None and content.text.strip() == "<p>Flour.</p>"


def test_the_json_feed_says_everything_of_feed_and_items(blog: Blog) -> None:
    feed = check_json(blog.get("/tag/baking/feed.json").data)
    assert feed["home_page_url"] == f"{BASE}/tag/baking/"
    assert feed["feed_url"] == f"{BASE}/tag/baking/feed.json"
    (item,) = feed["items"]
    assert item["title"] == "Ovens & <bread>"
    assert item["authors"] == [{"name": "Ann Author", "url": f"{BASE}/author/ann-author/"}]
    assert (item["tags"], item["language"]) == (["Baking"], "de")
    assert item["content_html"].strip() == "<p>Flour.</p>"
    assert "title" not in check_json(blog.get("/feed.json").data)["items"][0]


def test_the_three_formats_agree_on_order_and_addresses(blog: Blog) -> None:
    urls = [item["url"] for item in check_json(blog.get("/feed.json").data)["items"]]
    assert len(urls) == 3
    assert [
        texts(item, "link")[0] for item in check_rss(blog.get("/feed/").data).findall("item")
    ] == urls
    entries = check_atom(blog.get("/feed/atom/").data).findall(f"{A}entry/{A}link")
    assert [link.get("href") for link in entries] == urls
    assert all(blog.get(url.removeprefix(BASE)).status_code == 200 for url in urls)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_blog_without_posts_has_valid_and_steady_feeds(
    make_blog: Callable[..., Blog], suffix: str
) -> None:
    blog = make_blog(plugins=["feeds"])
    first = blog.get(f"/{suffix}")
    CHECKS[suffix](first.data)
    assert blog.get(f"/{suffix}").data == first.data


def test_only_public_posts_stand_in_feeds(blog: Blog) -> None:
    blog.post("Hidden", "secret words", status="draft")
    blog.post("Hidden", "secret words", visibility="private")
    blog.post("Hidden", "secret words", visibility="password", password="x")
    blog.post("Hidden", "secret words", published_at=datetime(2999, 1, 1, tzinfo=UTC))
    blog.post("Hidden", "secret words", kind="page")
    for suffix in SUFFIXES:
        assert "secret" not in blog.get(f"/{suffix}").text
        assert "Hidden" not in blog.get(f"/{suffix}").text


def test_feeds_hold_excerpts_when_the_owner_says_so(blog: Blog) -> None:
    assert blog.run("plugin", "settings", "feeds", "full_text=no") == 0
    blog.post("Folded", "Before <b>it</b>.\n\n<!--more-->\n\nBehind it.")
    folded, untitled, *_ = check_rss(blog.get("/feed/").data).findall("item")
    assert texts(folded, CONTENT) == texts(untitled, CONTENT) == []
    assert texts(folded, "description")[0].strip() == "<p>Before <b>it</b>.</p>"
    assert texts(untitled, "description") == ["A short word."]
    folded, untitled, *_ = check_atom(blog.get("/feed/atom/").data).findall(f"{A}entry")
    assert folded.find(f"{A}summary").get("type") == "html"  # type: ignore[union-attr]
    assert untitled.find(f"{A}content") is None
    items = check_json(blog.get("/feed.json").data)["items"]
    assert items[0]["content_html"].strip() == "<p>Before <b>it</b>.</p>"
    assert items[1]["content_text"] == "A short word."


def test_the_number_of_posts_is_the_sites_posts_a_page(blog: Blog) -> None:
    assert blog.run("settings", "set", "posts_per_page", "2") == 0
    assert len(check_json(blog.get("/feed.json").data)["items"]) == 2


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_reader_that_has_the_feed_already_gets_304(blog: Blog, suffix: str) -> None:
    first = blog.get(f"/{suffix}")
    assert first.headers["Last-Modified"]
    known = {"If-None-Match": first.headers["ETag"]}
    assert blog.get(f"/{suffix}", headers=known).status_code == 304
    blog.post("News")
    again = blog.get(f"/{suffix}", headers=known)
    assert again.status_code == 200 and "News" in again.text


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_feed_of_a_renamed_tag_is_one_hop_away(blog: Blog, suffix: str) -> None:
    blog.site.terms.rename("sea", "Ocean")
    blog.site.terms.rename("ocean", "High Seas")
    for old in ("sea", "ocean"):
        answer = blog.get(f"/tag/{old}/{suffix}")
        assert (answer.status_code, answer.location) == (301, f"/tag/high-seas/{suffix}")
    assert blog.get(f"/tag/high-seas/{suffix}").status_code == 200


# --- ids that never change --------------------------------------------------------------------


def all_ids(blog: Blog, path: str) -> dict[str, Any]:
    """Return every id in the feeds of an archive."""
    atom = check_atom(blog.get(f"{path}feed/atom/").data)
    return {
        "feed": texts(atom, f"{A}id"),
        "atom": texts(atom, f"{A}entry/{A}id"),
        "rss": texts(check_rss(blog.get(f"{path}feed/").data), "item/guid"),
        "json": [item["id"] for item in check_json(blog.get(f"{path}feed.json").data)["items"]],
    }


def test_ids_outlive_slug_title_tag_and_domain(blog: Blog) -> None:
    both, sea = all_ids(blog, "/tag/sea+trade/"), all_ids(blog, "/tag/sea/")
    home = all_ids(blog, "/")
    ships = next(post for post in blog.site.posts.find() if post.title == "Ships")
    blog.site.posts.edit(ships.id, title="Vessels", slug="vessels")
    blog.site.terms.rename("sea", "Zenith of the sea")
    assert blog.run("settings", "set", "base_url", "https://other.example") == 0
    assert blog.run("settings", "set", "title", "Another name") == 0
    assert blog.run("settings", "set", "permalink", "/{slug}/") == 0
    assert all_ids(blog, "/tag/zenith-of-the-sea/") == sea
    assert all_ids(blog, "/tag/trade+zenith-of-the-sea/") == both
    assert all_ids(blog, "/") == home
    assert "https://other.example/vessels/" in blog.get("/feed/").text


def test_feeds_of_different_archives_and_sites_have_different_ids(
    blog: Blog, make_blog: Callable[..., Blog]
) -> None:
    paths = ("/", "/tag/sea/", "/tag/trade/", "/tag/sea+trade/", "/tag/sea,trade/")
    ids = [all_ids(blog, path)["feed"][0] for path in paths]
    assert len(set(ids)) == len(paths)
    assert all(name.startswith("urn:uuid:") for name in ids)


@pytest.mark.parametrize(
    "guid",
    [
        "http://old.example/?p=12",
        "https://old.example/a#b",
        "tag:old.example,2020:7",
        "urn:uuid:f4cea8ea-5cc1-4afc-9402-35cacacc0499",
        "http://bücher.example/ä",
    ],
)
def test_an_imported_id_that_is_an_iri_is_kept_everywhere(blog: Blog, guid: str) -> None:
    blog.post("Imported", guid=guid)
    ids = all_ids(blog, "/")
    assert (ids["atom"][0], ids["rss"][0], ids["json"][0]) == (guid, guid, guid)


@pytest.mark.parametrize(
    "guid", ["12", "my post", "http://", "urn:x", "http://a b/", "x:%zz", "a#b#c", "http:///x"]
)
def test_an_imported_id_that_is_no_iri_becomes_one_in_atom_and_is_kept_elsewhere(
    blog: Blog, guid: str
) -> None:
    blog.post("Imported", guid=guid)
    first, again = all_ids(blog, "/"), all_ids(blog, "/")
    assert first == again
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", first["atom"][0])
    assert first["rss"][0] == first["json"][0] == guid


@patient
@given(st.text(st.characters()), st.text(st.characters()))
def test_any_two_ids_stay_two_ids(one: str, other: str) -> None:
    for make in (post_iri, post_guid):
        assert make(one) == make(one)
        assert (make(one) == make(other)) == (one == other)
        assert clean(make(one)) == make(one) != ""


# --- addresses --------------------------------------------------------------------------------


def test_links_inside_a_post_lead_to_the_site(blog: Blog) -> None:
    post = blog.post(
        "Linked",
        "[a](other/) [b](/about/) [c](https://x.example/?a=1&b=2) [d](#part) ![p](/media/p.png)\n\n"
        '[m](mailto:a@b.example)\n\n## Part\n\n`<a href="/code">`',
    )
    html = texts(check_rss(blog.get("/feed/").data), f"item/{CONTENT}")[0]
    url = BASE + post.url
    for address in (
        f'href="{url}other/"',
        f'href="{BASE}/about/"',
        'href="https://x.example/?a=1&amp;b=2"',
        f'href="{url}#part"',
        f'src="{BASE}/media/p.png"',
        'href="mailto:a@b.example"',
    ):
        assert address in html
    assert "/code" in html and f"{BASE}/code" not in html
    assert 'id="part"' in blog.get(post.url).text


URL = "https://blog.example/2026/11/ships/"


@pytest.mark.parametrize(
    ("html", "absolute"),
    [
        ('<a href="x">', f'<a href="{URL}x">'),
        ('<a href="#p7-crew">', f'<a href="{URL}#crew">'),
        ('<a href="#crew">', f'<a href="{URL}#crew">'),
        ('<a href="">', f'<a href="{URL}">'),
        ('<a href="//cdn.example/x">', '<a href="https://cdn.example/x">'),
        ('<a href="http://[">', '<a href="http://[">'),
        ('<a href="?a=1&amp;b=&quot;">', f'<a href="{URL}?a=1&amp;b=&quot;">'),
        ('<a title="see href=" href="/x">', '<a title="see href=" href="https://blog.example/x">'),
        ('<a title="a > b" href="/x">', '<a title="a > b" href="https://blog.example/x">'),
        ('<p>href="/x" &lt;a href="/x"&gt;</p>', '<p>href="/x" &lt;a href="/x"&gt;</p>'),
        (
            '<img srcset="/a.png 1x, b.png 2x">',
            f'<img srcset="https://blog.example/a.png 1x, {URL}b.png 2x">',
        ),
        (
            '<video src="/v" poster="p"><q cite="/c">',
            f'<video src="https://blog.example/v" poster="{URL}p">'
            '<q cite="https://blog.example/c">',
        ),
        ("<b>1 < 2</b>", "<b>1 < 2</b>"),
    ],
)
def test_addresses_are_resolved_and_nothing_else_is_touched(html: str, absolute: str) -> None:
    assert make_absolute(html, URL, "p7-") == absolute


# --- hostile text -----------------------------------------------------------------------------

HOSTILE = "]]>\x00\x01\x0b\x1f\x7f\ufffe\uffff\ufdd0\U0001ffff & <b>\"'</b> --> <![CDATA[ &#2; é 🚢"


def test_hostile_text_in_every_field_makes_no_feed_ill_formed(blog: Blog) -> None:
    visible = HOSTILE.replace("\x00", "")
    blog.site.users.create(visible)
    (slug,) = {author.slug for author in blog.site.users.all()} - {"ann-author"}
    blog.post(visible, HOSTILE, excerpt=visible, tags=(visible,), authors=(slug,), guid=visible)
    assert blog.run("settings", "set", "title", visible) == 0
    for suffix in SUFFIXES:
        CHECKS[suffix](blog.get(f"/{suffix}").data)
    title = check_rss(blog.get("/feed/").data).find("item/title")
    assert title is not None
    assert title.text == "]]> & <b>\"'</b> --> <![CDATA[ &#2; é 🚢"


def test_a_lone_surrogate_in_a_text_makes_no_feed_ill_formed(blog: Blog) -> None:
    blog.post("Broken", "one \ud800 two \udfff three")
    for suffix in SUFFIXES:
        CHECKS[suffix](blog.get(f"/{suffix}").data)


anything = st.text(st.characters(), max_size=40).map(clean)
words = anything.map(lambda text: f"x{text}")
moments = st.datetimes(datetime(1, 1, 2), datetime(9998, 1, 1), timezones=st.just(UTC))
people = st.builds(Person, name=words, url=words)
labels = st.builds(Label, slug=words, name=words, scheme=words)
entries = st.builds(
    Entry,
    iri=st.uuids().map(lambda name: name.urn),
    guid=st.uuids().map(str),
    url=words,
    title=anything,
    content=anything,
    summary=anything,
    teaser=anything,
    language=st.just("en"),
    published_at=moments,
    updated_at=moments,
    authors=st.lists(people, max_size=2).map(tuple),
    labels=st.lists(labels, max_size=2).map(tuple),
)
channels = st.builds(
    Channel,
    iri=st.uuids().map(lambda name: name.urn),
    title=words,
    subtitle=anything,
    site_title=words,
    home=words,
    page=words,
    address=words,
    steps=st.just({"first": "x"}),
    language=st.just("en"),
    updated_at=moments,
    entries=st.lists(entries, max_size=3).map(tuple),
)


@patient
@given(channels)
def test_whatever_a_channel_says_is_read_back_as_it_was(channel: Channel) -> None:
    atom = ElementTree.fromstring(write_atom(channel))
    rss = ElementTree.fromstring(write_rss(channel))
    feed = json.loads(write_json_feed(channel))
    assert texts(atom, f"{A}title") == texts(rss, "channel/title") == [channel.title]
    assert feed["title"] == channel.title
    assert texts(atom, f"{A}entry/{A}title") == [entry.title for entry in channel.entries]
    assert [entry.content for entry in channel.entries if entry.content] == texts(
        rss, f"channel/item/{CONTENT}"
    )
    found = [
        [label.get("label") for label in e.iter(f"{A}category")] for e in atom.iter(f"{A}entry")
    ]
    assert found == [[label.name for label in entry.labels] for entry in channel.entries]


@patient
@given(st.text(st.characters()))
def test_cleaned_text_can_stand_in_any_xml(text: str) -> None:
    cleaned = clean(text)
    element = ElementTree.Element("x", {"y": cleaned})
    element.text = cleaned
    again = ElementTree.fromstring(ElementTree.tostring(element, encoding="utf-8"))
    assert (again.text or "", again.get("y")) == (cleaned, cleaned)
    assert clean(cleaned) == cleaned
