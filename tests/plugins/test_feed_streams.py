"""Feeds of more than the newest posts: their pages, their files, comments, and lists of plugins."""

from __future__ import annotations

import io
from collections.abc import Iterator

import feedparser
import pytest
from blogengine_plugins.feeds import ATOM, JSON_FEED, RSS
from blogengine_plugins.media.receiving import receive
from blogengine_plugins.media.storing import Words
from PIL import Image

from blogengine.testing.blog import Workshop
from tests.conftest import Blog
from tests.plugins.test_comments import add
from tests.plugins.test_feeds import BASE, CHECKS, A, check_atom, check_json, check_rss, texts

SUFFIXES = (RSS, ATOM, JSON_FEED)

pytestmark = pytest.mark.xdist_group("feed_streams")  # one site for all


@pytest.fixture(scope="module")
def blog(blogengine_workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    """A blog with five posts on a tag, two on a page; shared by the tests of this module."""
    made = blogengine_workshop.build(
        tmp_path_factory.mktemp("streams") / "blog",
        plugins=["feeds", "comments", "media"],
        settings={"site": {"posts_per_page": 2}},
        required=True,
    )
    for number in range(1, 6):
        made.post(f"Post {number}", "Text.", tags=("Sea",))
    yield made
    made.close()


def walked(blog: Blog, suffix: str) -> Iterator[str]:
    """Follow a feed from page to page as an archiving reader does, yielding titles."""
    address = f"/tag/sea/{suffix}"
    while address:
        answer = blog.get(address)
        CHECKS[suffix](answer.data)
        if suffix == JSON_FEED:
            feed = check_json(answer.data)
            yield from (item["title"] for item in feed["items"])
            following = feed.get("next_url", "")
        else:
            parsed = feedparser.parse(answer.data)
            yield from (entry.title for entry in parsed.entries)
            links = {link.rel: link.href for link in parsed.feed.links}
            assert links["first"] == f"{BASE}/tag/sea/{suffix}"
            assert links["last"] == f"{BASE}/tag/sea/{suffix}?page=3"
            assert links["self"] == BASE + address
            following = links.get("next", "")
        address = following.removeprefix(BASE)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_reader_that_follows_the_pages_gets_every_post_once(blog: Blog, suffix: str) -> None:
    assert list(walked(blog, suffix)) == [f"Post {number}" for number in (5, 4, 3, 2, 1)]


def test_all_pages_of_a_feed_share_its_id_and_others_are_refused(blog: Blog) -> None:
    ids = {
        texts(check_atom(blog.get(f"/feed/atom/{asked}").data), f"{A}id")[0]
        for asked in ("", "?page=2", "?page=3")
    }
    assert len(ids) == 1
    assert blog.get("/feed/?page=1").location == "/feed/"
    for wrong in ("4", "0", "-1", "x", "1e3", "٢", "99999999"):
        assert blog.get(f"/feed/?page={wrong}").status_code == 404


def test_a_page_in_the_middle_names_both_its_neighbours(blog: Blog) -> None:
    links = {
        link.get("rel"): link.get("href")
        for link in check_rss(blog.get("/feed/?page=2").data).findall(f"{A}link")
    }
    assert (links["previous"], links["next"]) == (f"{BASE}/feed/", f"{BASE}/feed/?page=3")


def test_files_of_a_post_are_enclosures_with_type_and_length(blog: Blog) -> None:
    blog.post("Talk", "[Listen](/media/talk.mp3)", featured_image="https://x.example/a.png")
    (first, *_) = check_rss(blog.get("/feed/").data).findall("item")
    enclosure = first.find("enclosure")
    assert enclosure is not None
    assert enclosure.attrib == {
        "url": f"{BASE}/media/talk.mp3",
        "type": "audio/mpeg",
        "length": "0",
    }
    item = check_json(blog.get("/feed.json").data)["items"][0]
    assert item["image"] == "https://x.example/a.png"
    assert [one["mime_type"] for one in item["attachments"]] == ["audio/mpeg", "image/png"]
    parsed = feedparser.parse(blog.get("/feed/atom/").data)
    assert [one.type for one in parsed.entries[0].enclosures] == ["audio/mpeg", "image/png"]


def test_the_library_says_how_large_its_files_are(blog: Blog) -> None:
    """`feeds_files` gives length and type."""
    picture = io.BytesIO()
    Image.new("RGB", (30, 20), "teal").save(picture, "PNG")
    picture.seek(0)
    file = receive(blog.site, picture, "teal.png", Words()).file
    blog.post("Teal", featured_image=file.url)
    enclosure = check_rss(blog.get("/feed/").data).find("item/enclosure")
    assert enclosure is not None
    assert enclosure.get("url") == BASE + file.url
    assert enclosure.get("type") == "image/png"
    assert enclosure.get("length") == str(len(blog.get(file.url).data))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_comments_have_feeds_of_all_and_of_one_post(blog: Blog, suffix: str) -> None:
    """`register_streams` puts every feed that can tell streams below the plugin's address."""
    ships, hidden = blog.post("Ships & co"), blog.post("Hidden", status="draft")
    add(blog, ships, "About <b>ships</b>.", author="Ann]]>", website="https://ann.example/")
    add(blog, ships, "Held words.", state="waiting")
    add(blog, hidden, "Secret words.")
    for address in ("/comments/", f"/comments/post/{ships.id}/"):
        answer = blog.get(address + suffix)
        CHECKS[suffix](answer.data)
        assert "About" in answer.text and f"{BASE}{ships.url}#comment-" in answer.text
        assert "Held" not in answer.text and "Secret" not in answer.text
        known = {"If-None-Match": answer.headers["ETag"]}
        assert blog.get(address + suffix, headers=known).status_code == 304
    assert blog.get(f"/comments/post/{hidden.id}/{suffix}").status_code == 404
    assert f'href="{BASE}/comments/post/{ships.id}/feed/"' in blog.get(ships.url).text
    assert f'href="{BASE}/comments/feed/"' in blog.get("/").text


def test_a_comment_keeps_its_id_when_its_post_moves(blog: Blog) -> None:
    post = blog.post("Harbour")
    add(blog, post, "Well.")
    address = f"/comments/post/{post.id}/feed/atom/"
    before = texts(check_atom(blog.get(address).data), f"{A}entry/{A}id")
    blog.site.posts.edit(post.id, slug="port", title="Port")
    again = check_atom(blog.get(address).data)
    assert texts(again, f"{A}entry/{A}id") == before
    assert "/port/#comment-" in blog.get(address).text
