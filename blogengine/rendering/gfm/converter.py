"""A Python-Markdown instance whose block and inline stages follow CommonMark and GitHub."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast
from xml.etree.ElementTree import Element, ElementTree

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.inlinepatterns import Pattern
from markdown.postprocessors import build_postprocessors
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor, UnescapeTreeprocessor
from markdown.util import Registry

from .blocks import BlockReader, LinkDefinitions
from .building import TreeBuilder
from .highlighting import Highlighter
from .notes import Notes
from .text import LineTidier
from .treeprocessors import ExtensionPatterns, InlineReader


class GfmMarkdown(Markdown):
    """Takes ordinary extensions; names and priorities of the stages are Python-Markdown's."""

    def __init__(self, *, smart_quotes: bool, extensions: Sequence[str]) -> None:
        self.smart_quotes = smart_quotes
        self.language = ""
        self.notes = Notes()
        super().__init__(extensions=extensions, output_format="html")

    def build_parser(self) -> GfmMarkdown:
        """Put the stages together; called by the base class."""
        self.preprocessors: Registry[Preprocessor] = Registry()
        self.preprocessors.register(LineTidier(self), "normalize_whitespace", 30)
        self.parser = GfmBlockParser(self)
        self.inlinePatterns: Registry[Pattern] = Registry()
        self.treeprocessors: Registry[Treeprocessor] = Registry()
        self.treeprocessors.register(InlineReader(self), "inline", 20)
        self.treeprocessors.register(ExtensionPatterns(self), "patterns", 19)
        self.treeprocessors.register(Highlighter(self), "highlight", 10)
        self.treeprocessors.register(UnescapeTreeprocessor(self), "unescape", 0)
        self.postprocessors = build_postprocessors(self)
        return self

    def reset(self) -> GfmMarkdown:
        """Forget the last text."""
        self.notes.clear()
        super().reset()
        return self

    def convert(self, source: str) -> str:
        """Return the html of one text; nothing of the text before it is left."""
        self.reset()
        return super().convert(source)


class GfmBlockParser(BlockParser):
    """The block stage in the place where extensions look for it.

    Block processors of extensions are offered one paragraph at a time.
    """

    def __init__(self, markdown: GfmMarkdown) -> None:
        super().__init__(markdown)
        self._markdown = markdown

    def parseDocument(self, lines: Iterable[str]) -> ElementTree[Any]:
        """Return the tree of a whole text."""
        self.root = Element(self._markdown.doc_tag)
        self._parse(self.root, lines)
        return ElementTree(self.root)

    def parseBlocks(self, parent: Element, blocks: Sequence[str]) -> None:
        """Add texts that an extension took apart to `parent`."""
        self._parse(parent, "\n\n".join(blocks).split("\n"))

    def _parse(self, parent: Element, lines: Iterable[str]) -> None:
        # The stubs don't know that a title may be missing.
        links = cast(LinkDefinitions, self._markdown.references)
        document = BlockReader(links).read(lines)
        TreeBuilder(self._markdown, self._markdown.notes, self._offer).build(document, parent)

    def _offer(self, parent: Element, text: str) -> bool:
        """Let the block processors of extensions take a paragraph."""
        for processor in self.blockprocessors:
            if processor.test(parent, text):
                blocks = [text]
                if processor.run(parent, blocks) is not False:
                    # What it gives back must be shorter, or it would be offered for ever.
                    rest = "\n\n".join(blocks)
                    if len(rest) < len(text):
                        self.parseBlocks(parent, [rest])
                    return True
        return False
