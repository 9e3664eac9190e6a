"""What is read from the head of a text and from its place in the folder."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from blogengine_plugins.markdown_folder.moments import read_moment
from blogengine_plugins.markdown_folder.values import names, people, truth

from tests.plugins.markdown_folder.conftest import BERLIN, HELLO, Place

YAML = """---
title: "Fünf: Dinge"
date: 2024-05-06T07:08:09+02:00
slug: five
tags: [One, "Two Words"]
authors:
  - Ann Author <ann>
  - name: Bob
description: >
  In
  short.
---
"""
TOML = """+++
title = "Fünf: Dinge"
date = 2024-05-06T07:08:09+02:00
slug = "five"
description = "In short."
authors = ["Ann Author <ann>", "Bob"]
[taxonomies]
tags = ["One", "Two Words"]
+++
"""
JSON = """{
  "title": "Fünf: Dinge", "date": "2024-05-06 05:08:09Z", "slug": "five",
  "tags": ["One", "Two Words"], "authors": ["Ann Author <ann>", {"name": "Bob"}],
  "summary": "In short."
}
"""


@pytest.mark.parametrize(
    "head",
    [YAML, YAML[:-4] + "...\n", TOML, JSON, YAML.replace("\n", "\r\n"), "\n" + YAML],
    ids=["yaml", "yaml-dots", "toml", "json", "yaml-crlf", "blank-line-above"],
)
def test_every_kind_of_front_matter_gives_the_same_post(place: Place, head: str) -> None:
    report = place.take({"anything.md": head + "Text *here*.\n"})
    assert (report.code, report.created) == (0, ["/2024/05/five/"])
    post, draft = place.only()
    assert post.title == "Fünf: Dinge"
    assert post.published_at == datetime(2024, 5, 6, 5, 8, 9, tzinfo=UTC)
    assert post.updated_at == post.published_at, "feeds would show an old post as changed"
    assert [tag.name for tag in post.tags] == ["One", "Two Words"]
    assert [author.name for author in post.authors] == ["Ann Author", "Bob"]
    assert (post.excerpt, draft.source) == ("In short.", "Text *here*.\n")
    with place.browser() as get:
        assert "Text <em>here</em>" in get("/2024/05/five/").text
        assert [get(path).status_code for path in ("/tag/two-words/", "/author/bob/")] == [200] * 2


def test_the_text_is_kept_byte_for_byte(place: Place) -> None:
    body = b"\r\n  two spaces  \r\nplain\n\ttab\r\n\n---\nnot an end\n\n  \n"
    report = place.take({"a.md": b"\xef\xbb\xbf" + HELLO.encode() + body})
    assert place.only()[1].source.encode() == body
    assert "byte order mark" in report.notes


def test_values_stay_as_they_were_typed(place: Place) -> None:
    head = "---\ntitle: 1.10\ndate: 2024-05-06\ntags: [no, 2013, 007, NULL]\nlang: pt-BR\n---\n"
    place.take({"a.md": head})
    post, _ = place.only()
    assert (post.title, post.language) == ("1.10", "pt-BR")
    assert [tag.name for tag in post.tags] == ["no", "2013", "007"]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-05-06", datetime(2024, 5, 6)),
        ("2017-2-5", datetime(2017, 2, 5)),
        ("2024/05/06 07:08", datetime(2024, 5, 6, 7, 8)),
        ("2024-05-06T07:08:09Z", datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)),
        ("2024-05-06 07:08:09 -0600", datetime(2024, 5, 6, 13, 8, 9, tzinfo=UTC)),
        ("2024-05-06T07:08:09.123456789+05:30", datetime(2024, 5, 6, 1, 38, 9, tzinfo=UTC)),
        ("Mon, 06 May 2024 07:08:09 +0200", datetime(2024, 5, 6, 5, 8, 9, tzinfo=UTC)),
        ("May 6, 2024", datetime(2024, 5, 6)),
        ("6 May 2024", datetime(2024, 5, 6)),
        (date(2024, 5, 6), datetime(2024, 5, 6)),
        ("05/06/2024", None),
        ("2024-13-01", None),
        ("2024-05-06 25:00", None),
        ("2024-05-06 07:08 +99:00", None),
        ("0001-01-01", None),
        ("9999-12-31T23:00:00-12:00", None),
        ("soon", None),
        ("9" * 5000, None),
        (True, None),
        (20240506, None),
    ],
)
def test_dates_that_can_be_read_one_way_are_read(text: object, moment: datetime | None) -> None:
    assert read_moment(text) == moment


DATED = [
    ("a-b.md", "date: 2024-05-06", (2024, 5, 6), "a-b"),
    ("x1.md", "path: 2026/03/26/Road-1.0", (2026, 3, 26), "road-1.0"),
    ("x2.md", "path: deep/in/2026/3/6/the-slug/", (2026, 3, 6), "the-slug"),
    ("2017-02-05-c-d.md", "", (2017, 2, 5), "c-d"),
    ("2017-2-5-e-f.markdown", "", (2017, 2, 5), "e-f"),
    ("2017-02-05-g-h.md", "date: 2018-01-01", (2018, 1, 1), "g-h"),
    ("2017-02-05-i-j.md", "slug: k", (2017, 2, 5), "k"),
    ("2017-02-05-l-m/index.md", "", (2017, 2, 5), "l-m"),
    ("2017-02-05.md", "", (2017, 2, 5), "2017-02-05-md"),
    ("deep/My Bundle/index.md", "date: 2024-05-06", (2024, 5, 6), "my-bundle"),
    ("index.md", "date: 2024-05-06", (2024, 5, 6), "index-md"),
    ("s1.MD", "date: 2024-05-06\nslug: ../../etc/passwd", (2024, 5, 6), "etc-passwd"),
    ("s2.md", "date: 2024-05-06\nslug: '..'", (2024, 5, 6), "s2-md"),
    ("s3.md", "date: 2024-05-06\nslug: caf%C3%A9", (2024, 5, 6), "café"),
    ("s4.md", "date: 2024-05-06\nslug: '%2e%2e/%2e%2e/s'", (2024, 5, 6), "s"),
]
"""File, head, date and slug; each file's name is its title too."""


def test_dates_and_slugs(place: Place) -> None:
    report = place.take(
        {file: f"---\ntitle: {file}\n{head}\n---\nText.\n" for file, head, _, _ in DATED}
    )
    # A date without a zone is read in the site's.
    expected = {file: (datetime(*when, tzinfo=BERLIN), slug) for file, _, when, slug in DATED}
    posts = place.posts()
    assert {title: (post.published_at, post.slug) for title, (post, _) in posts.items()} == expected
    assert {post.status for post, _ in posts.values()} == {"published"}
    with place.browser() as get:
        assert {get(path).status_code for path in report.created} == {200}


def test_titles_come_from_heading_or_dated_name_when_there_is_none(place: Place) -> None:
    report = place.take(
        {
            "a.md": "---\ndate: 2024-05-06\n---\n\n# A [linked](http://x) `title` {#id}\n\nText\n",
            "b.md": "Under\r\n=====\r\n\r\nText\n",
            "2024-05-06-not_a-heading.md": "Text\n\n# Later\n",
            "2024-05-06-1234.md": "A short note.\n",
        }
    )
    posts = place.posts()
    assert set(posts) == {"A linked title", "Under", "Not A Heading", ""}
    assert posts["A linked title"][1].source.startswith("\n# A [linked]")
    assert "Title taken from the first heading, which also stays in the text: 2" in report.notes


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Ann", ("Ann",)),
        ("Ann Author <ann@x.example>", ("Ann Author",)),
        ("<ann>", ("ann",)),
        ([{"name": "Ann", "email": "a@x.example"}, "Bob <b>", "ann", None], ("Ann", "Bob")),
        ({"title": "Ann"}, ("Ann",)),
        ("Author, First", ("Author, First",)),
        (None, ()),
        ([[["Ann"]]], ()),
    ],
)
def test_people(value: object, expected: tuple[str, ...]) -> None:
    assert people(value) == expected


def test_tags_in_a_text_are_parted_as_their_program_does(place: Place) -> None:
    place.take(
        {
            "2024-05-06-a.md": "---\ntitle: A\ntags: one two\ntag: one more\n---\n",
            "b.md": "---\ntitle: B\ndate: 2024-05-06\ntags: one two\n---\n",
            "c.md": "---\ntitle: C\ndate: 2024-05-06\nTags: one, Three , one\n---\n",
            "d.md": "---\ntitle: D\ndate: 2024-05-06\ntags:\n---\n",
        }
    )
    tags = {title: [tag.name for tag in post.tags] for title, (post, _) in place.posts().items()}
    assert tags == {
        "A": ["one more", "one", "two"],
        "B": ["one two"],
        "C": ["one", "Three"],
        "D": [],
    }


def test_small_words() -> None:
    assert [truth(word) for word in ("yes", "False", None, "", "maybe", True, "on")] == [
        *(True, False, False, False, None, True, True)
    ]
    assert names(["b", "A", "a", "B", " c\n d "]) == ("b", "A", "c d")


# --- what must not be shown -------------------------------------------------------------------

KEPT_BACK = [
    "draft: true\ndate: 2020-01-01",
    "draft: 'Yes'\ndate: 2020-01-01",
    "draft: perhaps\ndate: 2020-01-01",
    "published: false\ndate: 2020-01-01",
    "status: private\ndate: 2020-01-01",
    "private: true\ndate: 2020-01-01",
    "expiryDate: 2021-01-01\ndate: 2020-01-01",
    "date: sometime",
    "",
]


def test_what_its_owner_kept_back_stays_back(place: Place) -> None:
    report = place.take(
        {f"{n}.md": f"---\ntitle: Secret {n}\n{head}\n---\n" for n, head in enumerate(KEPT_BACK)}
    )
    assert report.code == 0
    shown = [path for path in report.created if not re.fullmatch(r"\d\.md \(draft \d+\)", path)]
    assert (shown, len(report.created)) == ([], len(KEPT_BACK))
    assert {post.status for post, _ in place.posts().values()} == {"draft"}
    assert "No date, so kept as a draft: 2 (7.md, 8.md)" in report.notes
    with place.browser() as get:
        assert "Secret" not in get("/").text
    assert place.take().unchanged == report.created


def test_drafts_folder_and_embargo(place: Place) -> None:
    place.take(
        {
            "_drafts/a.md": "---\ntitle: A\ndate: 2020-01-01\n---\n",
            "b.md": "---\ntitle: B\ndate: 2020-01-01\npublishDate: 2199-01-01\n---\n",
            "c.md": "---\ntitle: C\ndate: 2199-01-01\n---\n",
        }
    )
    posts = place.posts()
    assert [posts[title][0].status for title in "ABC"] == ["draft", "scheduled", "scheduled"]
    assert len(place.take().unchanged) == 3
