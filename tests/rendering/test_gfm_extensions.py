"""Ordinary Python-Markdown extensions run in the converter."""

from __future__ import annotations

import xml.etree.ElementTree as etree

import pytest
from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from blogengine.rendering.gfm import make_converter


class Before(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        return [line.replace("BEFORE", "*before*") for line in lines]


class Mention(InlineProcessor):
    def handleMatch(self, m, data):  # type: ignore[no-untyped-def]
        element = etree.Element("b")
        element.text = m[1]
        return element, m.start(0), m.end(0)


class Classes(Treeprocessor):
    def run(self, root: etree.Element) -> None:
        for element in root.iter("em"):
            element.set("class", "seen")


class Spoiler(BlockProcessor):
    def test(self, parent: etree.Element, block: str) -> bool:
        return block.startswith("?? ")

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        element = etree.SubElement(parent, "div")
        self.parser.parseBlocks(element, [blocks.pop(0)[3:]])


class After(Postprocessor):
    def run(self, text: str) -> str:
        return text.replace("AFTER", "<hr>")


class Everything(Extension):
    def extendMarkdown(self, md: Markdown) -> None:
        md.preprocessors.register(Before(md), "before", 25)
        md.inlinePatterns.register(Mention(r"@(\w+)", md), "mention", 50)
        md.treeprocessors.register(Classes(md), "classes", 15)
        md.parser.blockprocessors.register(Spoiler(md.parser), "spoiler", 50)
        md.postprocessors.register(After(md), "after", 10)


def makeExtension(**_options: object) -> Everything:
    return Everything()


def convert(text: str) -> str:
    return make_converter(extensions=(Everything(),)).convert(text)  # type: ignore[arg-type]


def test_preprocessors_see_the_lines() -> None:
    assert "before</em>" in convert("BEFORE")


def test_inline_patterns_see_text_but_no_code() -> None:
    assert convert("@me `@you` *x*") == (
        '<p><b>me</b> <code>@you</code> <em class="seen">x</em></p>'
    )


def test_tree_processors_see_elements() -> None:
    assert convert("*a*") == '<p><em class="seen">a</em></p>'


def test_block_processors_are_offered_paragraphs() -> None:
    assert convert("?? *a*").replace("\n", "") == '<div><p><em class="seen">a</em></p></div>'


def test_postprocessors_see_the_html() -> None:
    assert convert("AFTER") == "<p><hr></p>"


def test_extensions_are_named_as_usual() -> None:
    converter = make_converter(extensions=("toc", "abbr"))
    assert converter.convert("# A b") == '<h1 id="a-b">A b</h1>'


def test_abbreviations_work() -> None:
    converter = make_converter(extensions=("abbr",))
    html = converter.convert("The HTML\n\n*[HTML]: Hyper Text")
    assert '<abbr title="Hyper Text">HTML</abbr>' in html


OFFICIAL = {
    "abbr": ("The HTML\n\n*[HTML]: Hyper Text", '<abbr title="Hyper Text">HTML</abbr>'),
    "attr_list": ("# Head {#own .big}", '<h1 class="big" id="own">Head</h1>'),
    "def_list": ("Term\n:   *Word*", "<dl><dt>Term</dt><dd><p><em>Word</em></p></dd></dl>"),
    "footnotes": ("a[^1]\n\n[^1]: note", 'class="footnote-ref"'),
    "md_in_html": ('<div markdown="1">\n*em*\n</div>', "<div><p><em>em</em></p></div>"),
    "meta": ("title: x\n\nText", "<p>Text</p>"),
    "nl2br": ("a\nb\n\nc", "<p>a<br>b</p><p>c</p>"),
    "sane_lists": ("1. a\n\n* b", "<ol><li>a</li></ol><ul><li>b</li></ul>"),
    "smarty": ('"quoted" -- ...', "&ldquo;quoted&rdquo; &ndash; &hellip;"),
    "tables": ("a | b\n--|--\n1 | 2", "<td>1</td>"),
    "toc": ("[TOC]\n\n# One", '<div class="toc"><ul><li><a href="#one">One</a></li></ul></div>'),
    "wikilinks": ("See [[My Page]].", '<a class="wikilink" href="/My_Page/">My Page</a>'),
}


@pytest.mark.parametrize("name", OFFICIAL)
def test_official_extensions_that_work(name: str) -> None:
    source, wanted = OFFICIAL[name]
    html = make_converter(extensions=(f"markdown.extensions.{name}",)).convert(source)
    assert wanted in html.replace("\n", "")
