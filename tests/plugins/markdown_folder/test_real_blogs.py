"""Real blogs, when there are some: counts, addresses, dates and tags by other means."""

from __future__ import annotations

import os
import re
import tomllib
from collections import Counter
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import frontmatter
import pytest

from tests.plugins.markdown_folder.conftest import BERLIN, LEFT_OUT, Place


class Ids(HTMLParser):
    """Collects the ids of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name == "id"]


@pytest.fixture(scope="module")
def corpora() -> Path:
    folder = os.environ.get("BLOGENGINE_TEST_CORPORA", "")
    if not folder:
        pytest.skip("BLOGENGINE_TEST_CORPORA is unset: there are no real blogs to import")
    assert Path(folder).is_dir(), f"BLOGENGINE_TEST_CORPORA: {folder} is no folder"
    return Path(folder)


def expected(file: Path) -> tuple[str, datetime, tuple[str, ...], int]:
    """Read title, UTC moment, tags and number of authors of a post by other means."""
    text = file.read_text("utf-8")
    if text.startswith("+++"):
        fields: dict[str, Any] = tomllib.loads(text.split("+++")[1])
        year, month, day = fields["path"].split("/")[-4:-1]
        when: Any = date(int(year), int(month), int(day))
    else:
        fields = frontmatter.loads(text).metadata
        when = fields["date"]
    if not isinstance(when, datetime):
        when = datetime(when.year, when.month, when.day, tzinfo=BERLIN)
    title = fields["title"].strip()
    return title, when.astimezone(UTC), tuple(fields.get("tags", ())), len(fields["authors"])


@pytest.mark.parametrize(
    ("name", "posts", "sections", "images", "others"),
    [("rust-blog", 85, 2, 24, {"releases/latest.md"}), ("hugo", 18, 4, 23, set())],
)
def test_a_real_blog(
    place: Place,
    corpora: Path,
    name: str,
    posts: int,
    sections: int,
    images: int,
    others: set[str],
) -> None:
    content = corpora / name / "content"
    before = place.dump()
    source = Place(place.home, content, place.output)
    dry = source.take(None, "--dry-run")
    assert place.dump() == before
    assert len(dry.created) == posts

    report = source.take()
    assert (report.code, len(report.created)) == (LEFT_OUT, posts)
    assert report.left_out == dry.left_out
    kinds = Counter(
        "section" if Path(item).name.startswith("_index") else Path(item).suffix == ".md"
        for item in report.left_out
    )
    assert {item for item in report.left_out if item.endswith(".md")} >= others
    assert kinds == Counter({"section": sections, False: images, True: len(others)})
    every = [file for file in content.rglob("*") if file.is_file()]
    assert len(every) == len(report.created) + len(report.left_out)

    read = sorted(expected(content / file) for file in dry.created)
    stored = place.posts_by_guid()
    # Names of one tag that differ in case are one tag, shown as it was first written.
    folded = [(title, when, sorted(map(str.casefold, tags)), n) for title, when, tags, n in read]
    assert folded == sorted(
        (
            post.title,
            (post.published_at or post.created_at).astimezone(UTC),
            sorted(tag.name.casefold() for tag in post.tags),
            len(post.authors),
        )
        for post, _ in stored
    )
    for _, draft in stored:
        data = (content / unquote(draft.guid.rpartition(":")[2])).read_bytes()
        assert data.endswith(draft.source.encode())
        head = data.removesuffix(draft.source.encode())
        assert re.fullmatch(rb"(---|\+\+\+)\n.*?\n\1\n", head, re.DOTALL)

    pages = [*report.created, *{tag.url for post, _ in stored for tag in post.tags}, "/"]
    with place.browser() as get:
        for path in pages:
            page = get(path)
            assert page.status_code == 200, path
            twice = [key for key, count in Counter(Ids(page.text).found).items() if count > 1]
            assert twice == [], path

    before = place.dump()
    second = source.take()
    assert (second.created, second.unchanged) == ([], report.created)
    assert place.dump() == before


def test_what_cannot_be_read_yet_is_named(place: Place, corpora: Path) -> None:
    source = Place(place.home, corpora / "pelican", place.output)
    report = source.take()
    assert report.created == []
    every = [file for file in (corpora / "pelican").rglob("*") if file.is_file()]
    assert len(report.left_out) == len(every)


def test_dated_file_names_of_a_real_blog(place: Place, corpora: Path) -> None:
    folder = corpora / "jekyll" / "docs_posts"
    report = Place(place.home, folder, place.output).take()
    assert (report.code, len(report.created)) == (0, 30)
    assert "Categories, which aren't imported yet: 30" in report.notes
    for post, draft in place.posts_by_guid():
        file = draft.guid.rpartition(":")[2]
        assert post.published_at is not None and post.status == "published"
        given: Any = frontmatter.load(str(folder / file)).metadata.get("date")
        if given:
            # This library leaves a zone without a colon as text.
            pattern = "%Y-%m-%d %H:%M:%S %z"
            when = given if isinstance(given, datetime) else datetime.strptime(given, pattern)
            assert post.published_at == when
        else:
            assert post.published_at.date().isoformat() == file[:10]
