"""Blocks of Markdown: one test a rule, by the html that comes out."""

from __future__ import annotations

import re

import pytest

from blogengine.rendering.gfm import make_converter


def html(text: str) -> str:
    """Convert, without line ends between tags."""
    return re.sub(r">\n+<", "><", make_converter().convert(text))


def code(text: str, language: str = "") -> str:
    name = f' class="language-{language}"' if language else ""
    return f'<div class="highlight"><pre tabindex="0"><code{name}>{text}</code></pre></div>'


# --- headings and breaks ----------------------------------------------------------------------


def test_headings_by_number_signs_lose_closing_signs() -> None:
    assert html("# a\n### b ##\n#c\n####### d") == "<h1>a</h1><h3>b</h3><p>#c\n####### d</p>"


def test_headings_by_underlines_may_have_several_lines() -> None:
    assert html("a\nb\n---\nc\n=") == "<h2>a\nb</h2><h1>c</h1>"


def test_headings_get_no_id_here() -> None:
    assert "id=" not in html("# a")


@pytest.mark.parametrize("line", ["---", "* * *", "___", " - - -"])
def test_thematic_breaks(line: str) -> None:
    assert html(f"a\n\n{line}\n\nb") == "<p>a</p><hr><p>b</p>"


# --- code -------------------------------------------------------------------------------------


def test_indented_code_keeps_its_blank_lines_and_tabs() -> None:
    assert html("    a\n\n\t\tb\n\nc") == code("a\n\n\tb\n") + "<p>c</p>"


def test_a_fence_ends_only_at_one_as_long() -> None:
    assert html("~~~~\n~~~\n```\n~~~~~") == code("~~~\n```\n")


def test_a_fence_that_is_never_closed_reaches_to_the_end() -> None:
    assert html("a\n```\n# b\n\n*c*") == "<p>a</p>" + code("# b\n\n*c*\n")


def test_a_fence_stands_in_lists_and_quotes() -> None:
    assert html("- a\n  ```\n  b\n  ```\n") == "<ul><li>a" + code("b\n") + "</li></ul>"
    assert html("> ```\n> b") == "<blockquote>" + code("b\n") + "</blockquote>"


@pytest.mark.parametrize(
    ("info", "language"),
    [
        ("rust,ignore", "rust"),
        ("rust", "rust"),
        ("{.python}", "python"),
        ("toml title=x", "toml"),
        ("c++", "c++"),
        ("no-such-language", "no-such-language"),
        ("", ""),
    ],
)
def test_the_first_word_after_a_fence_is_the_language(info: str, language: str) -> None:
    found = re.search(r'<code(?: class="language-([^"]*)")?>', html(f"```{info}\n\n```"))
    assert found
    assert (found[1] or "") == language


def test_known_languages_are_coloured_by_classes() -> None:
    assert '<span class="k">fn</span>' in html("```rust,ignore\nfn f() {}\n```")
    assert "style=" not in html("```rust\nfn f() {}\n```")


def test_unknown_languages_and_html_in_code_are_plain_text() -> None:
    assert html("```nonsense\n<b> &amp;\n```") == code("&lt;b&gt; &amp;amp;\n", "nonsense")


def test_long_code_stays_plain() -> None:
    assert "<span" not in html("```python\n" + "x = 1\n" * 10_000 + "```")


# --- quotes and alerts ------------------------------------------------------------------------


def test_quotes_nest_and_go_on_lazily() -> None:
    assert html("> a\nb\n> > c") == (
        "<blockquote><p>a\nb</p><blockquote><p>c</p></blockquote></blockquote>"
    )


@pytest.mark.parametrize("kind", ["note", "tip", "important", "warning", "caution"])
def test_alerts(kind: str) -> None:
    assert html(f"> [!{kind.upper()}]\n> a\n>\n> - b") == (
        f'<aside class="alert alert-{kind}" role="note">'
        f'<p class="alert-title">{kind.capitalize()}</p><p>a</p><ul><li>b</li></ul></aside>'
    )


@pytest.mark.parametrize("quote", ["> [!NOPE]\n> a", "> [!NOTE] a", "> [!NOTE]", "> a\n> [!NOTE]"])
def test_other_quotes_are_no_alerts(quote: str) -> None:
    assert html(quote).startswith("<blockquote>")


# --- lists ------------------------------------------------------------------------------------


def test_a_list_may_follow_a_paragraph_line() -> None:
    assert html("a\n- b\n- c") == "<p>a</p><ul><li>b</li><li>c</li></ul>"
    assert html("a\n1. b") == "<p>a</p><ol><li>b</li></ol>"


def test_a_number_other_than_one_does_not_interrupt_a_paragraph() -> None:
    assert html("born in\n1987. And") == "<p>born in\n1987. And</p>"


@pytest.mark.parametrize("indent", ["  ", "   ", "    ", "\t"])
def test_lists_nest_by_the_column_of_the_text(indent: str) -> None:
    assert html(f"- a\n{indent}- b") == "<ul><li>a<ul><li>b</li></ul></li></ul>"


def test_numbered_lists_keep_their_first_number() -> None:
    assert html("3. a\n4. b") == '<ol start="3"><li>a</li><li>b</li></ol>'
    assert html("0) a") == '<ol start="0"><li>a</li></ol>'


def test_another_bullet_begins_another_list() -> None:
    assert html("- a\n+ b") == "<ul><li>a</li></ul><ul><li>b</li></ul>"


def test_blank_lines_between_items_make_a_list_loose() -> None:
    assert html("- a\n\n- b") == "<ul><li><p>a</p></li><li><p>b</p></li></ul>"
    assert html("- a\n  - b\n\n    c\n- d").count("<p>") == 2


def test_paragraphs_and_code_inside_an_item() -> None:
    assert html("1. a\n\n   b\n\n       c") == (
        "<ol><li><p>a</p><p>b</p>" + code("c\n") + "</li></ol>"
    )


def test_task_lists_have_named_boxes() -> None:
    assert html("- [ ] a\n- [x] *b*\n- [y] c") == (
        '<ul><li><input aria-label="To do" disabled type="checkbox"> a</li>'
        '<li><input aria-label="Done" checked disabled type="checkbox"> <em>b</em></li>'
        "<li>[y] c</li></ul>"
    )


def test_loose_task_lists_have_the_box_in_the_paragraph() -> None:
    assert '<li><p><input aria-label="To do" disabled' in html("- [ ] a\n\n- [ ] b")


# --- html -------------------------------------------------------------------------------------


def test_markdown_goes_on_after_a_blank_line_in_html() -> None:
    assert html("<details>\n<summary>*a*</summary>\n\n- *b*\n\n</details>") == (
        "<details><summary>*a*</summary><ul><li><em>b</em></li></ul></details>"
    )


def test_html_blocks_pass_through_as_they_are() -> None:
    assert html('<div class="x">\n*a*\n</div>') == '<div class="x">\n*a*\n</div>'
    assert html("<pre>\n\n*a*\n</pre>\n*b*") == "<pre>\n\n*a*\n</pre><p><em>b</em></p>"


def test_a_list_item_may_hold_text_and_html() -> None:
    assert html("- *a*\n  <div>b</div>") == "<ul><li><em>a</em><div>b</div></li></ul>"


@pytest.mark.parametrize("mark", ["<!--more-->", "<!-- more -->", "<!--MORE-->"])
def test_the_more_mark_survives_in_one_form(mark: str) -> None:
    assert html(f"a\n\n{mark}\n\nb") == "<p>a</p><!--more--><p>b</p>"
    assert "<!--more-->" in html(f"a {mark} b")
    assert "<!--" not in html(f"`{mark}`")


# --- tables -----------------------------------------------------------------------------------


def test_tables_align_by_class() -> None:
    assert html("|a|b|c|d|\n|:-|-:|:-:|-|\n|1|2|3|4|") == (
        '<table><thead><tr><th class="align-left">a</th><th class="align-right">b</th>'
        '<th class="align-center">c</th><th>d</th></tr></thead>'
        '<tbody><tr><td class="align-left">1</td><td class="align-right">2</td>'
        '<td class="align-center">3</td><td>4</td></tr></tbody></table>'
    )


def test_rows_are_filled_and_cut_to_the_head() -> None:
    assert html("a|b\n-|-\n1\n1|2|3").count("<td>") == 4


def test_bars_in_cells_are_escaped_even_in_code() -> None:
    assert "<td><code>a|b</code></td>" in html("|x|\n|-|\n|`a\\|b`|")


def test_a_table_follows_a_paragraph_and_ends_at_other_blocks() -> None:
    assert html("p\n|a|\n|-|\n|b|\n> c").startswith("<p>p</p><table>")
    assert html("|a|\n|-|\n|b|\n> c").endswith("</table><blockquote><p>c</p></blockquote>")


def test_other_counts_of_columns_are_no_table() -> None:
    assert "<table>" not in html("|a|b|\n|-|\n")


def test_a_wide_head_over_many_short_rows_stays_small() -> None:
    text = "|a" * 2000 + "\n" + "|-" * 2000 + "\n" + "|\n" * 2000
    assert len(html(text)) < 1_000_000


# --- nesting ----------------------------------------------------------------------------------


def test_quotes_and_lists_end_to_nest_at_a_limit() -> None:
    assert html("> " * 500 + "a").count("<blockquote>") == 60
    assert html("- " * 500 + "a").count("<ul>") == 60


def test_all_line_ends_are_line_ends() -> None:
    assert html("a\r\nb\rc\r\n\r\nd") == "<p>a\nb\nc</p><p>d</p>"
