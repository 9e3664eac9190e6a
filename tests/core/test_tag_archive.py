"""The page that this engine was asked for: contract section 5, line by line."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from datetime import datetime
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Blog

HEADING = re.compile(r"h[1-6]")


class Reader(HTMLParser):
    """Collects the articles of a page: their blocks, titles and ids, by the standard parser."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.articles: list[dict[str, Any]] = []
        self.ids: list[str] = []
        self.levels: list[int] = []
        self._content = 0
        self._block: list[str] | None = None
        self._title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(given["id"] or "")
        if HEADING.fullmatch(tag):
            self.levels.append(int(tag[1]))
        if tag == "article":
            self.articles.append({"blocks": [], "title": "", "classes": given.get("class")})
        if "e-content" in (given.get("class") or "").split():
            self._content = 1
        elif self._content and tag == "div":
            self._content += 1
        if self._content and (tag == "p" or HEADING.fullmatch(tag)):
            kind = "paragraph" if tag == "p" else "heading"
            self._block = [kind, tag, ""]
        self._title = self._title or ("p-name" in (given.get("class") or "") and tag == "a")

    def handle_endtag(self, tag: str) -> None:
        if self._block is not None and tag == self._block[1]:
            kind, _, text = self._block
            self.articles[-1]["blocks"].append({"type": kind, "text": text})
            self._block = None
        if tag == "div" and self._content:
            self._content -= 1
        if tag == "a":
            self._title = False

    def handle_data(self, data: str) -> None:
        if self._block is not None:
            self._block[2] += data
        if self._title and self.articles:
            self.articles[-1]["title"] += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


@pytest.fixture
def sample() -> dict[str, Any]:
    """The sample page, parsed by an independent script: titles, headings, paragraphs in order."""
    found: dict[str, Any] = json.loads(Path(__file__).with_name("sample.json").read_text())
    return found


def fill(blog: Blog, posts: list[dict[str, Any]]) -> None:
    """Write the posts so that the first is the newest."""
    blog.site.users.create("Ann Author")
    for number, item in enumerate(reversed(posts)):
        source = "\n\n".join(
            ("## " if block["type"] == "heading" else "") + block["text"]
            for block in item["blocks"]
        )
        blog.post(
            item["title"],
            source,
            tags=["Ecommerce", "Notes"],
            authors=("ann-author",),
            published_at=datetime(2025, number + 1, 10, 9),
        )


def test_the_page_is_what_the_contract_says(
    make_blog: Callable[..., Blog], sample: dict[str, Any]
) -> None:
    blog = make_blog()
    fill(blog, sample["posts"])
    answer = blog.get("/tag/ecommerce/")
    page = read(answer.text)
    assert answer.status_code == 200
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", answer.text) == ["Tag: Ecommerce"]
    assert [article["title"] for article in page.articles] == [p["title"] for p in sample["posts"]]
    assert [a["blocks"] for a in page.articles] == [p["blocks"] for p in sample["posts"]]
    assert len(page.ids) == len(set(page.ids))
    assert all(next_ <= level + 1 for level, next_ in pairwise(page.levels))
    assert page.levels.count(1) == 1
    assert page.levels.count(2) == 10
    assert answer.text.count('class="h-entry"') == 10
    for mark in ('rel="tag"', "dt-published", "p-author", "p-category"):
        assert answer.text.count(mark) >= 10
    assert '<link rel="canonical" href="https://blog.example/tag/ecommerce/">' in answer.text


def test_structured_data_lists_the_posts_in_page_order(
    make_blog: Callable[..., Blog], sample: dict[str, Any]
) -> None:
    blog = make_blog()
    fill(blog, sample["posts"])
    html = blog.get("/tag/ecommerce/").text
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    data = json.loads(script)
    items = data["mainEntity"]["itemListElement"]
    assert data["@type"] == "CollectionPage"
    assert [item["name"] for item in items] == [post["title"] for post in sample["posts"]]
    assert [item["position"] for item in items] == list(range(1, 11))
    assert all(item["url"].startswith("https://blog.example/2025/") for item in items)


@pytest.mark.parametrize("seed", range(3))
def test_shuffled_blocks_come_out_in_their_new_order(
    make_blog: Callable[..., Blog], sample: dict[str, Any], seed: int
) -> None:
    """What holds for the sample must hold for its blocks in any other order."""
    blocks = [block for post in sample["posts"] for block in post["blocks"]]
    order = random.Random(seed)
    order.shuffle(blocks)
    cuts = sorted(order.sample(range(1, len(blocks)), 9))
    parts = [blocks[start:end] for start, end in zip([0, *cuts], [*cuts, None], strict=True)]
    posts = [{"title": f"Post {n}", "blocks": part} for n, part in enumerate(parts)]
    blog = make_blog()
    fill(blog, posts)
    page = read(blog.get("/tag/ecommerce/").text)
    assert [article["blocks"] for article in page.articles] == parts
    assert len(page.ids) == len(set(page.ids))


def test_the_second_request_is_304_until_a_post_changes(blog: Blog) -> None:
    post = blog.post("One", "Old text.", tags=["Alpha"])
    first = blog.get("/tag/alpha/")
    condition = {"If-None-Match": first.headers["ETag"]}
    second = blog.get("/tag/alpha/", headers=condition)
    assert (second.status_code, second.data) == (304, b"")
    blog.site.posts.edit(post.id, source="New text.")
    third = blog.get("/tag/alpha/", headers=condition)
    assert third.status_code == 200
    assert "New text." in third.text


def test_a_draft_changes_nothing_for_readers(blog: Blog) -> None:
    blog.post("One", tags=["Alpha"])
    before = blog.get("/tag/alpha/").headers["ETag"]
    draft = blog.post("Hidden", "Secret.", status="draft", tags=["Alpha", "Beta"])
    assert blog.get("/tag/alpha/").headers["ETag"] == before
    assert blog.get("/tag/beta/").status_code == 404
    assert draft.url == ""


def test_pages_are_numbered_and_link_to_each_other(blog: Blog) -> None:
    blog.run("settings", "set", "posts_per_page", "2")
    for number in range(5):
        blog.post(f"Post {number}", tags=["Alpha"])
    first, second, third = (blog.get(f"/tag/alpha/{rest}") for rest in ("", "page/2/", "page/3/"))
    assert [read(page.text).articles[0]["title"] for page in (first, second, third)] == [
        "Post 4",
        "Post 2",
        "Post 0",
    ]
    assert '<link rel="next" href="https://blog.example/tag/alpha/page/2/">' in first.text
    assert 'rel="prev"' not in first.text
    assert '<link rel="prev" href="https://blog.example/tag/alpha/">' in second.text
    assert '<link rel="next" href="https://blog.example/tag/alpha/page/3/">' in second.text
    assert '<link rel="canonical" href="https://blog.example/tag/alpha/page/2/">' in second.text
    assert 'rel="next"' not in third.text
    assert blog.get("/tag/alpha/page/4/").status_code == 404
    moved = blog.get("/tag/alpha/page/1/")
    assert moved.status_code in (301, 308)
    assert moved.headers["Location"].endswith("/tag/alpha/")


def test_archives_of_several_tags_have_one_address(blog: Blog) -> None:
    blog.post("Both", tags=["Alpha", "Beta"])
    blog.post("Only A", tags=["Alpha"])
    blog.post("Only B", tags=["Beta"])
    both, either = blog.get("/tag/alpha+beta/"), blog.get("/tag/alpha,beta/")
    assert [a["title"] for a in read(both.text).articles] == ["Both"]
    assert [a["title"] for a in read(either.text).articles] == ["Only B", "Only A", "Both"]
    assert '<meta name="robots" content="noindex,follow">' in both.text
    turned = blog.get("/tag/beta+alpha/")
    assert (turned.status_code, turned.headers["Location"]) == (301, "/tag/alpha+beta/")
    assert blog.get("/tag/alpha+nothing/").status_code == 404
    assert blog.get("/tag/alpha+beta,gamma/").status_code == 404


def test_a_renamed_tag_sends_readers_on_in_one_hop(blog: Blog) -> None:
    blog.post("One", tags=["Alpha"])
    assert blog.run("tag", "rename", "alpha", "Omega") == 0
    moved = blog.get("/tag/alpha/")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/tag/omega/")
    assert "Tag: Omega" in blog.get("/tag/omega/").text
    assert blog.run("tag", "rename", "omega", "Psi") == 0
    assert blog.get("/tag/alpha/").headers["Location"] == "/tag/psi/"


def test_tags_that_differ_in_case_are_one(blog: Blog) -> None:
    blog.post("One", tags=["Open Source"])
    blog.post("Two", tags=["open  source", "OPEN SOURCE"])
    (term,) = blog.site.terms.all()
    assert (term.name, term.count) == ("Open Source", 2)
    assert blog.get("/tag/Open-Source/").headers["Location"] == "/tag/open-source/"


def test_a_picture_in_a_text_leaves_ids_and_headings_their_marks(blog: Blog) -> None:
    text = "## Notes\n\n![A ship](/ship.png)\n\nSee.[^1]\n\n![Two](/two.png)\n\n[^1]: Below.\n"
    for title in ("One", "Two"):
        blog.post(title, text, tags=["Sea"])
    html = blog.get("/tag/sea/").text
    ids = re.findall(r'<[^>]*\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    targets = re.findall(r'href="#([^"]+)"', html)
    assert len(targets) >= 4 and set(targets) <= set(ids)
    assert html.count("<h3") == 2 and "\x02" not in html and "\x11" not in html
    assert html.count("<img") == html.count('loading="lazy"') == 4
