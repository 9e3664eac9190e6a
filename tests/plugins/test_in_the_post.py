"""What stands in a post, on one site: contents, formulas, boxes, code, videos, languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pytest

from blogengine.errors import UserError
from blogengine.testing.blog import Workshop
from tests.conftest import Blog

pytestmark = pytest.mark.xdist_group("in_the_post")  # one site for all

PLUGINS = ["alerts", "copy_code", "embeds", "figures", "math", "same_tag", "theme_paper", "toc"]

LONG = "[^a]\n\n" + "\n\n".join(f"## Part\n\n### Detail {n}\n\nText $x$." for n in range(3))
LONG += '\n\n## <b id="main">R&amp;D</b>\n\n[^a]: Note.\n'


@pytest.fixture(scope="module")
def blog(blogengine_workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    folder = tmp_path_factory.mktemp("in_the_post") / "blog"
    made = blogengine_workshop.build(folder, plugins=PLUGINS)
    yield made
    made.close()


def toc_of(html: str) -> list[tuple[str, str]]:
    found = re.search(r'<nav class="toc".*?</nav>', html, re.DOTALL)
    return re.findall(r'<a href="#([^"]*)"[^>]*>(.*?)</a>', found[0]) if found else []


def test_a_long_post_has_its_contents_above_it_on_its_own_page_only(blog: Blog) -> None:
    post = blog.post("Long", LONG, tags=["Long"])
    html = blog.get(post.url).text
    assert [name for name, _text in toc_of(html)] == [
        *("part", "detail-0", "part-1", "detail-1", "part-2", "detail-2"),
        "rd",
    ]
    for name, _text in toc_of(html):
        assert html.count(f'id="{name}"') == 1
    assert "toc" not in blog.get("/tag/long/").text
    short = blog.post("Short", "## One\n\n## Two")
    assert not toc_of(blog.get(short.url).text)


def test_the_writer_says_where_the_contents_stand(blog: Blog) -> None:
    post = blog.post("Own", f"Intro.\n\n[TOC]\n\n{LONG}\n\n[TOC]", tags=["Own"])
    html = blog.get(post.url).text
    assert html.count('class="toc"') == 1
    assert html.index("Intro.") < html.index('class="toc"') < html.index('id="part"')
    assert [text for _name, text in toc_of(html)][:2] == ["Part", "Detail 0"]
    assert "toc" not in blog.get("/tag/own/").text
    assert "[TOC]" not in blog.get("/tag/own/").text
    assert post.text.startswith("Intro. Part Detail 0 Text x.")


def test_no_id_stands_twice_where_posts_of_equal_parts_meet(blog: Blog) -> None:
    for _ in range(3):
        blog.post("Same", f"[TOC]\n\n{LONG}\n\nAgain.[^a] [Up](#part)", tags=["Same"])
    html = blog.get("/tag/same/").text
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    for article in re.findall(r"<article.*?</article>", html, re.DOTALL):
        own = set(re.findall(r'\sid="([^"]*)"', article))
        assert set(re.findall(r'href="#([^"]+)"', article)) <= own


def test_styles_and_scripts_come_only_where_something_wants_them(blog: Blog) -> None:
    plain = blog.get(blog.post("Plain", "Words.", tags=["Plain"]).url)
    assert "<script src" not in plain.text
    signs = {
        "math-scroll{": "$x$",
        "embed-play{": "https://youtu.be/dQw4w9WgXcQ",
        ".line{": "```py {1}\nx\n```",
        "copy.js": "```py\nx\n```",
    }
    for sign in signs:
        assert sign not in plain.text
        assert sign not in blog.get("/tag/plain/").text
    shown = blog.get(blog.post("All", "\n\n".join(signs.values())).url)
    for sign in signs:
        if sign != "embed-play{":  # its filter has no consent here
            assert sign in shown.text
    policy = "Content-Security-Policy"
    assert plain.headers[policy] == shown.headers[policy]


def test_python_markdown_s_boxes_are_known(blog: Blog) -> None:
    source = (
        '!!! note "A *title*"\n    Text.\n\n    ```\n    !!! tip\n        code\n    ```\n\nAfter.'
    )
    html = blog.get(blog.post("Box", source).url).text
    assert html.count("<aside") == 1
    assert '<p class="alert-title">A <em>title</em></p>' in html
    assert "!!! tip\n    code" in html
    assert re.search(r"</aside>\s*<p>After.</p>", html)


def test_the_language_of_a_post_is_said_and_has_to_be_one(blog: Blog) -> None:
    post = blog.post("Deutsch", "Worte.", tags=["Sprache"], language="de")
    blog.post("Site's", "Words.", tags=["Sprache"], language="en")
    assert re.findall(r"<article[^>]* lang=\"(\w+)\"", blog.get(post.url).text) == ["de"]
    assert re.findall(r"<article[^>]* lang=\"(\w+)\"", blog.get("/tag/sprache/").text) == ["de"]
    for wrong in ("deutsch", "de_DE", "d", "de-", 'de" onload="x'):
        with pytest.raises(UserError) as caught:
            blog.site.posts.edit(post.id, language=wrong)
        assert (caught.value.field, caught.value.status) == ("language", 422)
    assert blog.site.posts.edit(post.id, language="zh-Hant-TW").language == "zh-Hant-TW"


def test_reading_time_counts_signs_where_words_are_not_set_apart(blog: Blog) -> None:
    post = blog.post("日本語", "今日は天気がいい。" * 200)
    assert post.reading_minutes == 3
    assert "<span>3 min read</span>" in blog.get(post.url).text


def test_a_post_leads_to_its_neighbours_in_its_first_tag(blog: Blog) -> None:
    first, other, second = (
        blog.post(title, "x", tags=tags, published_at=datetime(2020, 1, day))
        for day, (title, tags) in enumerate(
            [("First", ["Row", "B"]), ("Other", ["B"]), ("Second", ["Row"])], 1
        )
    )
    found = re.search(
        r'<nav class="neighbours" aria-label="Row">.*?</nav>', blog.get(first.url).text, re.S
    )
    assert found is not None
    assert re.findall('href="([^"]*)"', found[0]) == [second.url]
    assert "Newer in Row" in found[0]
    assert first.url in blog.get(second.url).text
    blog.site.posts.edit(second.id, slug="second-moved")
    assert "second-moved" in blog.get(first.url).text
    assert "Row" not in blog.get(other.url).text


def test_quotation_marks_follow_the_language_of_the_post(blog: Blog) -> None:
    blog.set("site", smart_quotes=True)
    try:
        post = blog.post("Quotes", '"So"')
        assert "“So”" in post.html
        assert "„So“" in blog.site.posts.edit(post.id, language="de").html
        blog.set("site", language="fr")
        assert "„So“" in blog.site.posts.get(post.id).html
        assert "«\u00a0So\u00a0»" in blog.site.posts.edit(post.id, language="").html
    finally:
        blog.set("site", smart_quotes=False, language="en")
