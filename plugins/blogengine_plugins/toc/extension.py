"""The Markdown extension: a paragraph that is only `[TOC]` becomes the place of the contents."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

MARKS = frozenset({"[toc]", "[[toc]]", "[[_toc_]]", "${toc}", "{:toc}"})
BEFORE_INLINE = 26


class Contents(Extension):
    """Makes the empty box that the engine fills, since only it knows the headings' anchors."""

    def __init__(self, depth: int) -> None:
        super().__init__()
        self._depth = depth

    def extendMarkdown(self, md: Markdown) -> None:
        md.treeprocessors.register(PlaceMaker(md, self._depth), "toc", BEFORE_INLINE)


class PlaceMaker(Treeprocessor):
    """Changes paragraphs of a tree in place."""

    def __init__(self, md: Markdown, depth: int) -> None:
        super().__init__(md)
        self._depth = depth

    def run(self, root: Element) -> None:
        for paragraph in root.iter("p"):
            text = paragraph.text or ""
            if len(text) < 12 and not len(paragraph) and text.strip().lower() in MARKS:
                paragraph.tag, paragraph.text = "div", None
                paragraph.set("class", f"toc toc-depth-{self._depth}")
