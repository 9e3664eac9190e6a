"""The passes over the tree: read inline Markdown, let extensions' patterns run, highlight code."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from markdown.treeprocessors import InlineProcessor, Treeprocessor
from markdown.util import AtomicString

from . import notes
from .inline_tree import InlineTree
from .inlines import Definitions, InlineScanner, with_typographic_signs
from .text import stash_html

if TYPE_CHECKING:
    from .converter import GfmMarkdown


class InlineReader(Treeprocessor):
    """Reads the Markdown in the tree's texts, then adds the footnotes that were referred to."""

    def __init__(self, markdown: GfmMarkdown) -> None:
        super().__init__(markdown)
        self._markdown = markdown

    def run(self, root: Element) -> None:
        """Replace Markdown by elements, in place."""
        self._read_below(root)
        found = self._markdown.notes.in_order
        if not found:
            return
        section = notes.add_section(root)
        items = []
        # Footnotes may refer to further ones, so the list grows while it is walked.
        for note in found:
            item = notes.add_item(section, note)
            self._read_below(item)
            items.append((item, note))
        for item, note in items:
            notes.add_ways_back(item, note)

    def _read_below(self, parent: Element) -> None:
        """Go through the elements in the order of reading, which numbers the footnotes."""
        found: list[Element] = []
        if _is_markdown(parent.text):
            content = self._read(parent.text or "")
            parent.text = content.text
            found += content
        for child in parent:
            self._read_below(child)
            found.append(child)
            if _is_markdown(child.tail):
                content = self._read(child.tail or "")
                child.tail = content.text
                found += content
        parent[:] = found

    def _read(self, text: str) -> Element:
        markdown = self._markdown
        definitions = Definitions(markdown.references, markdown.notes.by_label)
        tokens = InlineScanner(text, definitions).scan()
        if markdown.smart_quotes:
            with_typographic_signs(tokens, markdown.language)
        content = Element("span")
        tree = InlineTree(
            content, stash=lambda html: stash_html(markdown, html), refer=markdown.notes.refer
        )
        tree.add(tokens)
        return content


class ExtensionPatterns(InlineProcessor):
    """Runs the inline patterns that extensions registered, over text that is no code."""

    def run(self, tree: Element, ancestors: list[str] | None = None) -> Element:
        """Apply them; costs nothing where there are none."""
        if not len(self.inlinePatterns):
            return tree
        for element in tree.iter():
            # The line ends between blocks are layout, which no pattern is to find.
            if element.tail and element.tail.isspace() and self.md.is_block_level(element.tag):
                element.tail = AtomicString(element.tail)
        return super().run(tree, ancestors)


def _is_markdown(text: str | None) -> bool:
    return bool(text) and not isinstance(text, AtomicString) and not str(text).isspace()
