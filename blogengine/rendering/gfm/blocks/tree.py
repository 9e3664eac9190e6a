"""The kinds of block, and for each the rule by which a line continues it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import pairwise
from typing import ClassVar

from .cursor import Cursor


class Fit(Enum):
    """How a line fits to an open block."""

    NO = auto()
    YES = auto()
    ENDS_HERE = auto()  # the line is the block's last and holds nothing else


@dataclass(slots=True)
class Block:
    """A block; `start` and `end` are the numbers of its first and last line that isn't blank."""

    start: int
    end: int
    children: list[Block] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    holds_blocks: ClassVar[bool] = False
    # Does every line belong to it as it is, whatever stands in it?
    takes_any_line: ClassVar[bool] = False
    # Does it count towards the limit of nesting?
    nests: ClassVar[bool] = False

    def continues(self, _cursor: Cursor, /) -> Fit:
        """Say whether the line goes on with this block, and pass over what marks that."""
        return Fit.NO


@dataclass(slots=True)
class Document(Block):
    """The whole text."""

    holds_blocks: ClassVar[bool] = True

    def continues(self, _cursor: Cursor, /) -> Fit:
        return Fit.YES


@dataclass(slots=True)
class Quote(Block):
    """A block quote."""

    holds_blocks: ClassVar[bool] = True
    nests: ClassVar[bool] = True

    def continues(self, cursor: Cursor, /) -> Fit:
        if cursor.indented or not cursor.text.startswith(">", cursor.word):
            return Fit.NO
        self.pass_mark(cursor)
        return Fit.YES

    @staticmethod
    def pass_mark(cursor: Cursor) -> None:
        """Pass over `>` and one space after it."""
        cursor.to_word()
        cursor.pass_characters(1)
        cursor.pass_columns(1)


@dataclass(slots=True)
class List(Block):
    """A list; `mark` is its bullet, or the sign after its numbers."""

    mark: str = "-"
    first: int | None = None  # the first number of an ordered list

    holds_blocks: ClassVar[bool] = True

    def continues(self, _cursor: Cursor, /) -> Fit:
        return Fit.YES

    @property
    def loose(self) -> bool:
        """True if blank lines stand between items, or between the blocks of one item."""
        return _has_gap(self.children) or any(_has_gap(item.children) for item in self.children)


@dataclass(slots=True)
class Item(Block):
    """A list item; `width` is the column at which its content stands."""

    width: int = 2

    holds_blocks: ClassVar[bool] = True
    nests: ClassVar[bool] = True

    def continues(self, cursor: Cursor, /) -> Fit:
        if cursor.blank:
            if not self.children:
                return Fit.NO
            cursor.to_word()
        elif cursor.indent >= self.width:
            cursor.pass_columns(self.width)
        else:
            return Fit.NO
        return Fit.YES


@dataclass(slots=True)
class NoteDefinition(Block):
    """The text of a footnote."""

    label: str = ""

    holds_blocks: ClassVar[bool] = True
    nests: ClassVar[bool] = True

    def continues(self, cursor: Cursor, /) -> Fit:
        if cursor.blank:
            cursor.to_word()
        elif cursor.indented:
            cursor.pass_columns(4)
        else:
            return Fit.NO
        return Fit.YES


@dataclass(slots=True)
class Paragraph(Block):
    """A paragraph; without lines if it held nothing but link definitions."""

    def continues(self, cursor: Cursor, /) -> Fit:
        return Fit.NO if cursor.blank else Fit.YES


@dataclass(slots=True)
class Heading(Block):
    """A heading."""

    level: int = 1


@dataclass(slots=True)
class Thematic(Block):
    """A thematic break."""


@dataclass(slots=True)
class IndentedCode(Block):
    """Code by indentation."""

    takes_any_line: ClassVar[bool] = True

    def continues(self, cursor: Cursor, /) -> Fit:
        if cursor.indented:
            cursor.pass_columns(4)
        elif cursor.blank:
            cursor.to_word()
        else:
            return Fit.NO
        return Fit.YES


@dataclass(slots=True)
class FencedCode(Block):
    """Code between fences."""

    mark: str = "`"
    length: int = 3
    indent: int = 0
    info: str = ""

    takes_any_line: ClassVar[bool] = True

    def continues(self, cursor: Cursor, /) -> Fit:
        if not cursor.indented and cursor.text.startswith(self.mark, cursor.word):
            fence = cursor.words().rstrip(" \t")
            if len(fence) >= self.length and not fence.strip(self.mark):
                return Fit.ENDS_HERE
        cursor.pass_columns(self.indent)
        return Fit.YES


@dataclass(slots=True)
class Html(Block):
    """A block of html; `closing` ends it, or a blank line where there is none."""

    closing: re.Pattern[str] | None = None

    takes_any_line: ClassVar[bool] = True

    def continues(self, cursor: Cursor, /) -> Fit:
        return Fit.NO if self.closing is None and cursor.blank else Fit.YES


@dataclass(slots=True)
class Table(Block):
    """A table; `lines` are its rows, the head first."""

    alignments: list[str] = field(default_factory=list)

    def continues(self, cursor: Cursor, /) -> Fit:
        return Fit.NO if cursor.blank else Fit.YES


def _has_gap(blocks: list[Block]) -> bool:
    return any(following.start - block.end > 1 for block, following in pairwise(blocks))
