"""Markdown inside a paragraph: one test a rule, by the html that comes out."""

from __future__ import annotations

import pytest

from blogengine.rendering.gfm import make_converter
from blogengine.rendering.gfm.inlines import with_typographic_signs
from blogengine.rendering.gfm.inlines.tokens import Text


def inside(text: str, *, smart_quotes: bool = False) -> str:
    """Convert one paragraph and return what stands in it."""
    html = make_converter(smart_quotes=smart_quotes).convert(text)
    assert html.startswith("<p>"), html
    return html.removeprefix("<p>").removesuffix("</p>")


# --- emphasis ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*a* _b_", "<em>a</em> <em>b</em>"),
        ("**a** __b__", "<strong>a</strong> <strong>b</strong>"),
        ("***a***", "<em><strong>a</strong></em>"),
        ("**a *b***", "<strong>a <em>b</em></strong>"),
        ("*a **b***", "<em>a <strong>b</strong></em>"),
        ("snake_case_name", "snake_case_name"),
        ("un*frigging*believable", "un<em>frigging</em>believable"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("*a **b*", "*a *<em>b</em>"),
        ("*(**a**)*", "<em>(<strong>a</strong>)</em>"),
        ("~~a~~ ~b~ ~~~c~~~", "<del>a</del> <del>b</del> ~~~c~~~"),
        ("~1 to ~2", "~1 to ~2"),
        ("~~a~", "~~a~"),
    ],
)
def test_emphasis(text: str, expected: str) -> None:
    assert inside(text) == expected


def test_emphasis_ends_to_nest_at_a_limit() -> None:
    html = inside("*a " * 500 + "a* " * 500)
    assert html.count("<em>") == html.count("</em>") == 100
    assert html.count("*") == 800


# --- code, escapes, entities, line ends ---------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("`a*b*`", "<code>a*b*</code>"),
        ("`` a`b ``", "<code>a`b</code>"),
        ("`a", "`a"),
        ("`<b>&amp;`", "<code>&lt;b&gt;&amp;amp;</code>"),
        (r"\*a\* \a \\", r"*a* \a " + "\\"),
        ("&copy; &#65; &nope; &", "© A &amp;nope; &amp;"),
        (r"\&copy;", "&amp;copy;"),
        ("&amp;lt;", "&amp;lt;"),
        ("a  \nb\\\nc\nd", "a<br>\nb<br>\nc\nd"),
    ],
)
def test_code_escapes_and_line_ends(text: str, expected: str) -> None:
    assert inside(text) == expected


@pytest.mark.parametrize("number", ["0", "2", "3", "17", "x16", "127", "xD800", "9999999"])
def test_numbers_of_control_characters_become_the_replacement_character(number: str) -> None:
    assert inside(f"a&#{number};") == "a\ufffd"


# --- links and images ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a](b)", '<a href="b">a</a>'),
        ('[a](<b c> "d")', '<a href="b%20c" title="d">a</a>'),
        ("[a](b(c)d)", '<a href="b(c)d">a</a>'),
        ("[*a* [b]](c)", '<a href="c"><em>a</em> [b]</a>'),
        ("[a [b](c)](d)", '[a <a href="c">b</a>](d)'),
        ("[a]()", '<a href="">a</a>'),
        ("[a] (b)", "[a] (b)"),
        ("*[a*](b)", '*<a href="b">a*</a>'),
        ("[`a](b)`", "[<code>a](b)</code>"),
        ('![*a* b](c "d")', '<img alt="a b" src="c" title="d">'),
        ("[![a](b)](c)", '<a href="c"><img alt="a" src="b"></a>'),
        ("[a](/ä?x=1&y=2)", '<a href="/%C3%A4?x=1&amp;y=2">a</a>'),
        ("<https://a.b/?c&d>", '<a href="https://a.b/?c&amp;d">https://a.b/?c&amp;d</a>'),
        ("<a@b.c>", '<a href="mailto:a@b.c">a@b.c</a>'),
    ],
)
def test_links_and_images(text: str, expected: str) -> None:
    assert inside(text) == expected


@pytest.mark.parametrize("use", ["[A  b]", "[A b][]", "[text][a B]"])
def test_links_by_definition(use: str) -> None:
    text = "A  b" if use == "[A  b]" else ("A b" if use == "[A b][]" else "text")
    assert inside(f"{use}\n\n[a b]: /c 'd'") == f'<a href="/c" title="d">{text}</a>'


def test_the_first_definition_counts_and_may_stand_in_a_quote() -> None:
    assert 'href="1"' in inside("[a]\n\n> [a]: 1\n\n[a]: 2")


# --- addresses typed as text ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "address", "rest"),
    [
        ("https://a.org/b.", "https://a.org/b", "."),
        ("https://a.org/b_(c))", "https://a.org/b_(c)", ")"),
        ("https://a.org?q=1&amp;", "https://a.org?q=1", "&amp;"),
        ("http://localhost:8000/x*y", "http://localhost:8000/x*y", ""),
    ],
)
def test_addresses_become_links_without_the_sentences_marks(
    text: str, address: str, rest: str
) -> None:
    assert inside(text) == f'<a href="{address}">{address}</a>{rest}'


def test_www_and_mail_addresses_become_links() -> None:
    assert inside("www.a.org") == '<a href="http://www.a.org">www.a.org</a>'
    assert inside("me_x@a.org.") == '<a href="mailto:me_x@a.org">me_x@a.org</a>.'


@pytest.mark.parametrize("text", ["lib.rs", "xhttps://a.org", "https://", "a@b", "@me", "awww.x.y"])
def test_other_words_are_no_links(text: str) -> None:
    assert inside(text) == text


def test_addresses_inside_links_and_code_stay_text() -> None:
    assert inside("[see https://a.org](b)") == '<a href="b">see https://a.org</a>'
    assert inside('<a href="b">me@a.org</a>') == '<a href="b">me@a.org</a>'
    assert inside("`https://a.org`") == "<code>https://a.org</code>"


def test_an_address_in_brackets_ends_before_them() -> None:
    assert inside("[https://a.org]") == '[<a href="https://a.org">https://a.org</a>]'


def test_an_address_may_be_emphasised() -> None:
    assert inside("**https://a.org**") == (
        '<strong><a href="https://a.org">https://a.org</a></strong>'
    )


# --- html -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["a <b>c</b>", 'a <i class="x" y>c</i>', "a <!-- * --> b", "a <br/> b", "a <x-y> b"]
)
def test_html_in_text_passes_through(text: str) -> None:
    assert inside(text) == text


def test_markdown_goes_on_between_tags() -> None:
    assert inside("a <b>*c*</b>") == "a <b><em>c</em></b>"


def test_what_is_no_tag_is_text() -> None:
    assert inside("a < b <3 <_>") == "a &lt; b &lt;3 &lt;_&gt;"


# --- typographic signs ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\"a\" 'b'", "“a” ‘b’"),
        ("it's the '90s", "it’s the ’90s"),
        ('("a")', "(“a”)"),
        ('"*a*"', "“<em>a</em>”"),
        ("\"'a' b\"", "“‘a’ b”"),
        ("a--b --- c...", "a–b — c…"),
        ('`"a--b"` \\"', '<code>"a--b"</code> "'),
        ("a -----", "a -----"),
        ("https://a.org/b--c", '<a href="https://a.org/b--c">https://a.org/b--c</a>'),
        ('<b class="x">"a"</b>', '<b class="x">“a”</b>'),
    ],
)
def test_typographic_signs_if_wanted(text: str, expected: str) -> None:
    assert inside(text, smart_quotes=True) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "“It’s ‘so’,” he said. Hans’ dog"),
        ("de-AT", "„It’s ‚so‘,“ he said. Hans’ dog"),
        ("fr", "«\u00a0It’s “so”,\u00a0» he said. Hans’ dog"),
        ("sv", "”It’s ’so’,” he said. Hans’ dog"),
        ("xx", "“It’s ‘so’,” he said. Hans’ dog"),
    ],
)
def test_quotation_marks_are_those_of_the_language(language: str, expected: str) -> None:
    tokens = [Text("\"It's 'so',\" he said. Hans' dog")]
    (token,) = with_typographic_signs(tokens, language)
    assert isinstance(token, Text)
    assert token.text == expected


def test_signs_stay_as_typed_otherwise() -> None:
    assert inside('"a" -- it\'s...') == '"a" -- it\'s...'
