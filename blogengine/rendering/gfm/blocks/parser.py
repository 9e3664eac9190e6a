"""Sort the lines of a text into blocks, one line after the other."""

from __future__ import annotations

from collections.abc import Iterable

from .cursor import Cursor
from .definitions import LinkDefinitions, take_definitions
from .starts import starts_for
from .tree import (
    Block,
    Document,
    FencedCode,
    Fit,
    Html,
    IndentedCode,
    Item,
    List,
    Paragraph,
    Quote,
    Table,
)

# Deeper quotes and lists are text: nobody reads them, and every line has to pass them all.
_DEEPEST = 60


class BlockReader:
    """Reads one text; `links` receives the link definitions found on the way."""

    def __init__(self, links: LinkDefinitions) -> None:
        self._links = links
        self.document = Document(0, 0)
        # The open blocks, from the document down to the one that takes text.
        self._open: list[Block] = [self.document]
        self._matched = 1
        self.line_number = 0

    def read(self, lines: Iterable[str]) -> Document:
        """Read all lines and return the finished tree."""
        for line in lines:
            self.line_number += 1
            self._read_line(Cursor(line))
        self._close_from(1)
        return self.document

    @property
    def container(self) -> Block:
        """The innermost block that the line belongs to so far."""
        return self._open[self._matched - 1]

    @property
    def tip_is_paragraph(self) -> bool:
        """True if the block that was read last is a paragraph that isn't closed."""
        return isinstance(self._open[-1], Paragraph)

    @property
    def may_nest(self) -> bool:
        """False where quotes and lists are already as deep as they may be."""
        return sum(block.nests for block in self._open[: self._matched]) < _DEEPEST

    def add(self, block: Block) -> None:
        """Append a block at the place that was reached, closing what can't go on there."""
        self._close_from(self._matched)
        while not self._can_hold(self._open[-1], block):
            self._close_from(len(self._open) - 1)
        self._open[-1].children.append(block)
        self._open.append(block)
        self._matched = len(self._open)

    def add_closed(self, block: Block) -> None:
        """Append a block that no further line belongs to."""
        self.add(block)
        self._close_from(len(self._open) - 1)
        self._matched = len(self._open)

    def replace_paragraph(self, block: Block, lines_left: list[str]) -> None:
        """Put `block` in the place of the open paragraph, or after what is left of it."""
        paragraph = self.container
        paragraph.lines = lines_left
        if lines_left:
            paragraph.end = self.line_number - 2
            self._close_from(self._matched - 1)
        else:
            self._open.pop()
            self._open[-1].children.pop()
        self._matched = len(self._open)
        self.add(block)

    def take_definitions(self, paragraph: Block) -> None:
        """Move the link definitions at the begin of a paragraph to where they are looked up."""
        if paragraph.lines and paragraph.lines[0].startswith("["):
            paragraph.lines = take_definitions(paragraph.lines, self._links)

    def _read_line(self, cursor: Cursor) -> None:
        if self._match_open_blocks(cursor):
            return
        fully_matched = self._matched == len(self._open)
        started = self._start_blocks(cursor)
        if not started and not fully_matched and not cursor.blank and self.tip_is_paragraph:
            self._open[-1].lines.append(cursor.words())
            self._reach(len(self._open))
            return
        self._close_from(self._matched)
        self._add_text(cursor)

    def _match_open_blocks(self, cursor: Cursor) -> bool:
        """Find the open blocks that the line continues; True if it is used up by that."""
        self._matched = 1
        quoted = 0
        for index in range(1, len(self._open)):
            block = self._open[index]
            fit = block.continues(cursor)
            if fit is Fit.NO:
                break
            self._matched = index + 1
            if isinstance(block, Quote):
                quoted = index + 1
            if fit is Fit.ENDS_HERE:
                self._reach(index + 1)
                self._close_from(index)
                return True
        self._reach(quoted)
        return False

    def _start_blocks(self, cursor: Cursor) -> bool:
        started = False
        while not cursor.blank and not self.container.takes_any_line:
            for start in starts_for(cursor):
                if start(self, cursor):
                    break
            else:
                break
            started = True
            if not self.container.holds_blocks:
                break
        return started

    def _add_text(self, cursor: Cursor) -> None:
        block = self._open[-1]
        if block.takes_any_line:
            if not (isinstance(block, FencedCode) and block.start == self.line_number):
                block.lines.append(cursor.rest())
            if not cursor.blank or not isinstance(block, IndentedCode):
                self._reach(len(self._open))
            if isinstance(block, Html) and block.closing and block.closing.search(cursor.rest()):
                self._close_from(len(self._open) - 1)
        elif not cursor.blank and isinstance(block, Paragraph | Table):
            block.lines.append(cursor.words())
            self._reach(len(self._open))
        elif not cursor.blank and block.holds_blocks:
            self.add(Paragraph(self.line_number, self.line_number, lines=[cursor.words()]))
            self._reach(len(self._open))

    def _reach(self, count: int) -> None:
        """Note that the first `count` open blocks reach to this line."""
        for block in self._open[:count]:
            block.end = self.line_number

    def _close_from(self, index: int) -> None:
        for block in self._open[index:]:
            if isinstance(block, Paragraph):
                self.take_definitions(block)
            elif isinstance(block, IndentedCode):
                while block.lines and not block.lines[-1].strip():
                    block.lines.pop()
        del self._open[index:]

    @staticmethod
    def _can_hold(block: Block, child: Block) -> bool:
        return block.holds_blocks and isinstance(child, Item) == isinstance(block, List)
