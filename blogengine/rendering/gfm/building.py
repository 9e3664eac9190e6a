"""Build Python-Markdown's element tree from the blocks; text in it is still Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.util import AtomicString

from .blocks import (
    Block,
    Document,
    FencedCode,
    Heading,
    Html,
    IndentedCode,
    Item,
    List,
    NoteDefinition,
    Paragraph,
    Quote,
    Table,
    Thematic,
    split_row,
)
from .fence_info import FenceInfo, put_info, read_info
from .notes import Notes
from .text import literal, stash_html

_ALERT = re.compile(r"\[!(note|tip|important|warning|caution)\][ \t]*$", re.IGNORECASE)
_TASK = re.compile(r"\[([ xX])\](?=[ \t\n])[ \t]*")
# Short rows are filled up; a wide head over many of them would make a huge page of a small text.
_MOST_FILLED_CELLS = 20_000

ParagraphHook = Callable[[Element, str], bool]


class TreeBuilder:
    """Builds the elements of one text; `offer` lets extensions take a paragraph over."""

    def __init__(self, markdown: Markdown, notes: Notes, offer: ParagraphHook) -> None:
        self._markdown = markdown
        self._notes = notes
        self._offer = offer
        self._filled = 0

    def build(self, document: Document, root: Element) -> None:
        """Add the elements of a whole text to `root`."""
        self._add_children(root, document)

    def _add_children(self, parent: Element, block: Block, *, tight: bool = False) -> None:
        for child in _with_joined_html(block.children):
            if tight and isinstance(child, Paragraph):
                _append_text(parent, "\n".join(child.lines).rstrip(" \t"))
            else:
                self._BUILDERS[type(child)](self, parent, child)

    def _add_paragraph(self, parent: Element, block: Block) -> None:
        text = "\n".join(block.lines).rstrip(" \t")
        if text and not self._offer(parent, text):
            _append(parent, "p").text = text

    def _add_heading(self, parent: Element, block: Heading) -> None:
        _append(parent, f"h{block.level}").text = "\n".join(block.lines).rstrip(" \t")

    def _add_thematic(self, parent: Element, _block: Block) -> None:
        _append(parent, "hr")

    def _add_indented_code(self, parent: Element, block: Block) -> None:
        self._add_code(parent, block.lines, FenceInfo())

    def _add_fenced_code(self, parent: Element, block: FencedCode) -> None:
        self._add_code(parent, block.lines, read_info(block.info))

    @staticmethod
    def _add_code(parent: Element, lines: list[str], info: FenceInfo) -> None:
        code = SubElement(_append(parent, "pre"), "code")
        put_info(code, info)
        code.text = AtomicString(literal("".join(f"{line}\n" for line in lines)))

    def _add_html(self, parent: Element, block: Block) -> None:
        _append_stashed(parent, stash_html(self._markdown, "\n".join(block.lines)))

    def _add_quote(self, parent: Element, block: Quote) -> None:
        kind = _take_alert_mark(block)
        if kind is None:
            quote = _append(parent, "blockquote")
        else:
            quote = _append(parent, "aside", {"class": f"alert alert-{kind}", "role": "note"})
            _append(quote, "p", {"class": "alert-title"}).text = kind.capitalize()
        quote.text = "\n"
        self._add_children(quote, block)

    def _add_list(self, parent: Element, block: List) -> None:
        element = _append(parent, "ul" if block.first is None else "ol")
        if block.first not in (None, 1):
            element.set("start", str(block.first))
        element.text = "\n"
        tight = not block.loose
        for child in block.children:
            done = _take_task_mark(child)
            item = _append(element, "li")
            self._add_children(item, child, tight=tight)
            if done is not None:
                _prepend_box(item, done=done)

    def _add_note(self, _parent: Element, block: NoteDefinition) -> None:
        body = Element("div")
        self._add_children(body, block)
        self._notes.define(block.label, body)

    def _add_table(self, parent: Element, block: Table) -> None:
        table = _append(parent, "table")
        table.text = "\n"
        head = _append(table, "thead")
        self._add_row(head, block.lines[0], "th", block.alignments)
        if len(block.lines) > 1:
            body = _append(table, "tbody")
            for line in block.lines[1:]:
                self._add_row(body, line, "td", block.alignments)

    def _add_row(self, part: Element, line: str, tag: str, alignments: list[str]) -> None:
        row = _append(part, "tr")
        cells = split_row(line)
        missing = len(alignments) - len(cells)
        if missing > 0 and self._filled < _MOST_FILLED_CELLS:
            self._filled += missing
            cells += [""] * missing
        for text, alignment in zip(cells, alignments, strict=False):
            cell = _append(row, tag)
            cell.text = text
            if alignment:
                cell.set("class", f"align-{alignment}")

    # Each function takes the kind of block under which it stands here.
    _BUILDERS: dict[type[Block], Callable[[TreeBuilder, Element, Any], None]] = {
        Paragraph: _add_paragraph,
        Heading: _add_heading,
        Thematic: _add_thematic,
        IndentedCode: _add_indented_code,
        FencedCode: _add_fenced_code,
        Html: _add_html,
        Quote: _add_quote,
        List: _add_list,
        NoteDefinition: _add_note,
        Table: _add_table,
    }


def _with_joined_html(blocks: list[Block]) -> list[Block]:
    """Make one block of those that follow each other, so that long rows of them stay cheap."""
    joined: list[Block] = []
    apart = []
    for block in blocks:
        if isinstance(block, NoteDefinition):
            apart.append(block)
            continue
        if isinstance(block, Paragraph) and not block.lines:
            continue
        if isinstance(block, Html):
            while block.lines and not block.lines[-1].strip():
                block.lines.pop()
            if joined and isinstance(joined[-1], Html):
                joined[-1].lines += block.lines
                continue
        joined.append(block)
    return [*apart, *joined]


def _append(parent: Element, tag: str, attributes: dict[str, str] | None = None) -> Element:
    element = SubElement(parent, tag, attributes or {})
    element.tail = "\n"
    return element


def _append_text(parent: Element, text: str) -> None:
    """Add text that has no element of its own (in a tight list)."""
    if not text:
        return
    if len(parent):
        last = parent[-1]
        last.tail = f"{last.tail or ''}{text}\n"
    else:
        parent.text = f"{parent.text}\n{text}" if parent.text else text


def _append_stashed(parent: Element, placeholder: str) -> None:
    before = (parent[-1].tail if len(parent) else parent.text) or ""
    text = f"{before}{'' if before.endswith(chr(10)) or not before else chr(10)}{placeholder}\n"
    # Typed text before it (in a tight list) is still to be read as Markdown.
    untouched = isinstance(before, AtomicString) or not before.strip()
    value = AtomicString(text) if untouched else text
    if len(parent):
        parent[-1].tail = value
    else:
        parent.text = value


def _first_paragraph(block: Block) -> Paragraph | None:
    """Return the paragraph a block begins with, if it does and if it has text."""
    first = block.children[0] if block.children else None
    return first if isinstance(first, Paragraph) and first.lines else None


def _take_alert_mark(quote: Quote) -> str | None:
    paragraph = _first_paragraph(quote)
    match = _ALERT.match(paragraph.lines[0]) if paragraph else None
    if paragraph is None or match is None:
        return None
    if len(paragraph.lines) == 1 and len(quote.children) == 1:
        return None
    del paragraph.lines[0]
    return match[1].lower()


def _take_task_mark(item: Block) -> bool | None:
    """Remove `[ ]` or `[x]` from a list item; return whether it is done, or None without one."""
    paragraph = _first_paragraph(item) if isinstance(item, Item) else None
    match = _TASK.match("\n".join(paragraph.lines[:2])) if paragraph else None
    if paragraph is None or match is None:
        return None
    paragraph.lines[0] = paragraph.lines[0][match.end() :]
    return match[1] != " "


def _prepend_box(item: Element, *, done: bool) -> None:
    box = Element("input", {"type": "checkbox", "disabled": "disabled"})
    box.set("aria-label", "Done" if done else "To do")
    if done:
        box.set("checked", "checked")
    first = item[0] if len(item) and not item.text else None
    place = first if first is not None and first.tag == "p" else item
    box.tail = " " + (place.text or "")
    place.text = None
    place.insert(0, box)
