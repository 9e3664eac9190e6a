"""Footnotes: numbers, ids, ways back."""

from __future__ import annotations

import re

from blogengine.rendering.gfm import make_converter


def html(text: str) -> str:
    return re.sub(r">\n+<", "><", make_converter().convert(text))


def test_a_footnote_stands_at_the_end_with_a_way_back() -> None:
    assert html("a[^x] b\n\n[^x]: *c*") == (
        '<p>a<sup class="footnote-ref"><a href="#fn-x" id="fnref-x" role="doc-noteref">1</a></sup>'
        " b</p>"
        '<section class="footnotes" role="doc-endnotes"><ol><li id="fn-x"><p><em>c</em> '
        '<a aria-label="Back to the text" class="footnote-backref" href="#fnref-x" '
        'role="doc-backlink">↩</a>'
        "</p></li></ol></section>"
    )


def test_numbers_follow_the_references_not_the_definitions() -> None:
    text = html("[^b] [^a]\n\n[^a]: A\n[^b]: B")
    assert text.index("#fn-b") < text.index("#fn-a")
    assert text.index(">B ") < text.index(">A ")


def test_numbers_follow_the_order_of_reading_through_nested_lists() -> None:
    text = html("- a\n  - b[^b]\n  # c\n  d[^d]\n\n[^b]: B\n[^d]: D")
    assert re.findall(r'href="#(fn-[bd])" id="fnref-[bd]" role="doc-noteref">([12])<', text) == [
        ("fn-b", "1"),
        ("fn-d", "2"),
    ]


def test_repeated_references_have_their_own_ids_and_ways_back() -> None:
    text = html("[^a] [^a] [^a-2]\n\n[^a]: A\n\n[^a-2]: B")
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids)) == 5
    targets = set(re.findall(r'href="#([^"]+)"', text))
    assert targets <= set(ids)
    assert text.count("footnote-backref") == 3


def test_a_footnote_may_have_several_paragraphs_and_blocks() -> None:
    text = html("[^a]\n\n[^a]: b\n\n    c\n\n    - d\n\ne")
    assert "<p>b</p><p>c</p><ul><li>d</li></ul>" in text
    assert text.index("<p>e</p>") < text.index("<section")


def test_footnotes_may_refer_to_footnotes_and_to_themselves() -> None:
    text = html("[^a]\n\n[^a]: x [^b]\n[^b]: y [^a] [^b]")
    assert text.count("<li id=") == 2
    assert text.count("footnote-ref") == 4


def test_what_has_no_definition_stays_text_and_what_has_no_reference_goes() -> None:
    assert html("[^a]\n\n[^b]: c") == "<p>[^a]</p>"


def test_names_are_compared_without_case_and_made_fit_for_ids() -> None:
    assert 'href="#fn-a-b"' in html('[^A"B]\n\n[^a"b]: c')


def test_nothing_is_left_for_the_next_text() -> None:
    converter = make_converter()
    converter.convert("[^a] [b]\n\n[^a]: c\n[b]: d")
    assert converter.convert("[^a] [b]") == "<p>[^a] [b]</p>"
