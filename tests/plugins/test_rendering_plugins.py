"""The built-in plugins that take part in rendering: what they change, and what they leave alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from blogengine_plugins.alerts.extension import Alerts
from blogengine_plugins.cjk_lines import join_lines
from blogengine_plugins.figures import make_figures
from hypothesis import given
from hypothesis import strategies as st

from blogengine.rendering import place
from blogengine.rendering.finishing import finish
from blogengine.rendering.gfm import make_converter
from blogengine.rendering.sanitiser import sanitise
from tests.conftest import Blog


def rendered(source: str, *extensions: object) -> str:
    markdown = make_converter(extensions=extensions)  # type: ignore[arg-type]
    return place(finish(sanitise(markdown.convert(source))).html).replace("\n", "")


def test_they_work_together_on_a_site(make_blog: Callable[..., Blog]) -> None:
    blog = make_blog(plugins=["alerts", "cjk_lines", "figures"])
    post = blog.post("One", '> [!TIP] 标题\n> 中文\n> 中文\n\n![A door](/door.png "In *May*")')
    html = blog.get(post.url).text
    assert '<p class="alert-title">标题</p>' in html
    assert "<p>中文中文</p>" in html
    door = '<img alt="A door" src="/door.png" decoding="async">'
    assert f"{door}<figcaption>In *May*</figcaption></figure>" in html
    assert blog.site.posts.left_out(post.id) == ()


# --- alerts ------------------------------------------------------------------------------------


def boxes(source: str) -> str:
    return rendered(source, Alerts("info=note odd=nothing"))


def test_a_box_has_the_title_it_is_given() -> None:
    assert boxes("> [!Note] Read *this*\n> Text.") == (
        '<aside role="note" class="alert alert-note"><p class="alert-title">Read <em>this</em></p>'
        "<p>Text.</p></aside>"
    )


@pytest.mark.parametrize("sign", ["-", "+"])
def test_a_box_folds(sign: str) -> None:
    html = boxes(f"> [!TIP]{sign}\n> Text.")
    assert html.startswith("<details ")
    assert ("open" in html.partition(">")[0]) == (sign == "+")
    assert '<summary class="alert-title">Tip</summary><p>Text.</p></details>' in html


def test_other_words_make_boxes_by_the_setting() -> None:
    assert 'class="alert alert-note"><p class="alert-title">Info</p>' in boxes("> [!INFO]\n> a")
    for word in ("odd", "unknown", "no te"):
        assert boxes(f"> [!{word}] a\n> b").startswith("<blockquote>")


def test_boxes_stand_in_lists_quotes_and_boxes() -> None:
    assert "<li><aside" in boxes("- > [!NOTE] In a list\n  > Text.")
    assert "<blockquote><aside" in boxes("> > [!NOTE] In a quote\n> > Text.")
    assert (
        boxes("> [!NOTE] Outer\n> Text.\n>\n> > [!TIP]- Inner\n> > Text.").count("alert-title") == 2
    )


@pytest.mark.parametrize(
    "source", ["> [!NOTE]", "> a [!NOTE] b", "> `[!NOTE] x`", "> [!NOTE](/x) y"]
)
def test_what_is_no_box_stays_a_quote(source: str) -> None:
    assert boxes(source) == rendered(source)


def test_the_five_boxes_of_github_are_as_without_it() -> None:
    for word in ("NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION"):
        assert boxes(f"> [!{word}]\n> a\n> b") == rendered(f"> [!{word}]\n> a\n> b")


# --- figures -----------------------------------------------------------------------------------


def test_a_picture_with_a_title_becomes_a_figure() -> None:
    html = rendered('[![Alt](/a.png "A & <b> \\"c\\"")](/there)')
    assert make_figures(html) == (
        '<figure><a href="/there"><img alt="Alt" src="/a.png"></a>'
        "<figcaption>A &amp; &lt;b&gt; &quot;c&quot;</figcaption></figure>"
    )


@pytest.mark.parametrize(
    "source",
    [
        "![Alt](/a.png)",
        '![Alt](/a.png "T") text',
        'text ![Alt](/a.png "T")',
        '![Alt](/a.png "T") ![Alt](/b.png "T")',
        '```\n<p><img src="/a.png" title="T"></p>\n```',
        '![Alt](/a.png " ")',
    ],
)
def test_other_pictures_stay(source: str) -> None:
    html = rendered(source)
    assert make_figures(html) == html


# --- cjk_lines ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "joined"),
    [
        ("中文\n中文", "中文中文"),
        ("你好，\n世界。\n好", "你好，世界。好"),
        ("カタ\nカナ", "カタカナ"),
        ("> 中文\n> 中文", "> 中文中文"),
        ("- 中文\n  中文\n- 中文", "- 中文中文\n- 中文"),
        ("1. 中文\n\n   中文\n   中文", "1. 中文\n\n   中文中文"),
        ("# 标题\n中文\n中文", "# 标题\n中文中文"),
    ],
)
def test_lines_of_prose_are_joined(source: str, joined: str) -> None:
    assert join_lines(source) == joined


@pytest.mark.parametrize(
    "source",
    [
        "word\n中文\nword",
        "한국어\n한국어",
        "中文  \n中文",
        "中文\\\n中文",
        "中文\n\n中文",
        "```\n中文\n中文\n```",
        "~~~\n中文\n> 中文\n> 中文\n~~~",
        "- ```\n  中文\n  中文\n  ```",
        "> ```\n> 中文\n> 中文\n> ```",
        "```\n中文\n中文",
        "    中文\n    中文",
        "- 中文\n\n      中文\n      中文",
        "<div>\n中文\n中文\n</div>",
        "<pre>\n中文\n\n中文\n中文\n</pre>",
        "<!-- 中文\n\n中文\n中文 -->",
        "a | b\n--|--\n中文 | 中文\n中文\n中文",
        "# 中文\n# 中文",
        "- 中文\n- 中文",
        "> 中文\n中文",
        "`中文\n中文`",
        "中文\n> 中文",
    ],
)
def test_lines_that_are_no_prose_stay(source: str) -> None:
    assert join_lines(source) == source


PIECES = st.sampled_from(
    ["中", "文。", "a", "\n", "\n\n", "\n> ", "\n- ", "\n  ", "\n    ", "\n```\n", "\n# ", "\n1. "]
)
MORE_PIECES = st.sampled_from(
    ["`", "\n<div>\n", "\n<pre>\n", "</pre>", "\n---\n", "|", "\n--|--\n", "  \n", "**", "\n>     "]
)


@given(st.lists(PIECES | MORE_PIECES, max_size=30).map("".join))
def test_joining_changes_line_ends_and_nothing_else(source: str) -> None:
    before, after = (make_converter().convert(text) for text in (source, join_lines(source)))
    code = re.compile(r"<pre.*?</pre>|<code.*?</code>", re.DOTALL)
    assert code.findall(before) == code.findall(after)
    assert re.findall(r"<[^>]*>", before) == re.findall(r"<[^>]*>", after)
    assert before.replace("\n", "") == after.replace("\n", "")
