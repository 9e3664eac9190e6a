"""How each kind of block begins.

Every function looks at the line at the cursor and, if its kind of block begins there, adds it to
the reader, passes over what marks it, and returns True.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..characters import normalise_label, unescape
from .cursor import Cursor
from .html_starts import find_html_start
from .tables import read_alignments, split_row
from .tree import (
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
)

if TYPE_CHECKING:
    from .parser import BlockReader

_HEADING = re.compile(r"(#{1,6})(?:[ \t]+|$)")
_UNDERLINE = re.compile(r"(=+|-+)[ \t]*$")
_FENCE = re.compile(r"`{3,}+(?!.*`)|~{3,}+")
_BULLET_OR_NUMBER = re.compile(r"(?:([*+-])|(\d{1,9})([.)]))(?=[ \t]|$)")
_NOTE = re.compile(r"\[\^([^\s\[\]]{1,200}+)\]:[ \t]*")
_WIDEST_GAP = 4

Start = Callable[["BlockReader", Cursor], bool]


def starts_for(cursor: Cursor) -> Sequence[Start]:
    """Return the functions worth asking about this line, in the order that decides."""
    if cursor.indented:
        return _INDENTED
    character = cursor.text[cursor.word]
    return _NUMBERED if character.isdigit() else _BY_CHARACTER.get(character, ())


def _start_quote(reader: BlockReader, cursor: Cursor) -> bool:
    if not reader.may_nest:
        return False
    Quote.pass_mark(cursor)
    reader.add(Quote(reader.line_number, reader.line_number))
    return True


def _start_heading(reader: BlockReader, cursor: Cursor) -> bool:
    match = _HEADING.match(cursor.text, cursor.word)
    if match is None:
        return False
    text = _without_closing_marks(cursor.text[match.end() :].strip(" \t"))
    number = reader.line_number
    reader.add_closed(Heading(number, number, lines=[text], level=len(match[1])))
    _finish(cursor)
    return True


def _without_closing_marks(text: str) -> str:
    kept = text.rstrip("#")
    if kept == text or (kept and kept[-1] not in " \t"):
        return text
    return kept.rstrip(" \t")


def _start_fence(reader: BlockReader, cursor: Cursor) -> bool:
    match = _FENCE.match(cursor.text, cursor.word)
    if match is None:
        return False
    number = reader.line_number
    info = unescape(cursor.text[match.end() :].strip(" \t"))
    mark, length = match[0][0], len(match[0])
    fence = FencedCode(number, number, mark=mark, length=length, indent=cursor.indent, info=info)
    reader.add(fence)
    return True


def _start_html(reader: BlockReader, cursor: Cursor) -> bool:
    in_paragraph = isinstance(reader.container, Paragraph) or reader.tip_is_paragraph
    found = find_html_start(cursor.text, cursor.word, in_paragraph=in_paragraph)
    if found is None:
        return False
    reader.add(Html(reader.line_number, reader.line_number, closing=found[0]))
    return True


def _start_underlined_heading(reader: BlockReader, cursor: Cursor) -> bool:
    paragraph = reader.container
    if not isinstance(paragraph, Paragraph):
        return False
    match = _UNDERLINE.match(cursor.text, cursor.word)
    if match is None:
        return False
    reader.take_definitions(paragraph)
    if not paragraph.lines:
        return False
    level = 1 if match[1][0] == "=" else 2
    lines, start = paragraph.lines, paragraph.start
    reader.replace_paragraph(Heading(start, reader.line_number, lines=lines, level=level), [])
    _finish(cursor)
    return True


def _start_thematic(reader: BlockReader, cursor: Cursor) -> bool:
    marks = cursor.words().replace(" ", "").replace("\t", "")
    if len(marks) < 3 or marks.strip(marks[0]):
        return False
    reader.add_closed(Thematic(reader.line_number, reader.line_number))
    _finish(cursor)
    return True


def _start_item(reader: BlockReader, cursor: Cursor) -> bool:
    match = _BULLET_OR_NUMBER.match(cursor.text, cursor.word)
    if match is None or not reader.may_nest:
        return False
    empty = not cursor.text[match.end() :].strip(" \t")
    first = int(match[2]) if match[2] else None
    if isinstance(reader.container, Paragraph) and (empty or first not in (None, 1)):
        return False
    number, mark = reader.line_number, match[1] or match[3]
    width = cursor.indent + match.end() - match.start()
    cursor.to_word()
    cursor.pass_characters(match.end() - match.start())
    # Content that begins with indented code stands one space after the mark.
    gap = 1 if empty or cursor.indent > _WIDEST_GAP else cursor.indent
    cursor.pass_columns(gap)
    around = reader.container
    ordered = first is not None
    if not isinstance(around, List) or (around.mark, around.first is not None) != (mark, ordered):
        reader.add(List(number, number, mark=mark, first=first))
    reader.add(Item(number, number, width=width + gap))
    return True


def _start_indented_code(reader: BlockReader, cursor: Cursor) -> bool:
    if reader.tip_is_paragraph:
        return False
    cursor.pass_columns(4)
    reader.add(IndentedCode(reader.line_number, reader.line_number))
    return True


def _start_note(reader: BlockReader, cursor: Cursor) -> bool:
    match = _NOTE.match(cursor.text, cursor.word)
    if match is None or not reader.may_nest:
        return False
    cursor.to_word()
    cursor.pass_characters(match.end() - match.start())
    label = normalise_label(match[1])
    reader.add(NoteDefinition(reader.line_number, reader.line_number, label=label))
    return True


def _start_table(reader: BlockReader, cursor: Cursor) -> bool:
    paragraph = reader.container
    if not isinstance(paragraph, Paragraph) or not paragraph.lines:
        return False
    head = paragraph.lines[-1]
    if "|" not in head or (alignments := read_alignments(cursor.words())) is None:
        return False
    if len(split_row(head)) != len(alignments):
        return False
    number = reader.line_number
    table = Table(number - 1, number, lines=[head], alignments=alignments)
    reader.replace_paragraph(table, paragraph.lines[:-1])
    _finish(cursor)
    return True


def _finish(cursor: Cursor) -> None:
    """Pass to the end of a line that holds nothing further."""
    cursor.pass_characters(len(cursor.text) - cursor.offset)


_NUMBERED: Sequence[Start] = (_start_item,)
_INDENTED: Sequence[Start] = (_start_indented_code,)
_BY_CHARACTER: dict[str, Sequence[Start]] = {
    ">": (_start_quote,),
    "#": (_start_heading,),
    "`": (_start_fence,),
    "~": (_start_fence,),
    "<": (_start_html,),
    "=": (_start_underlined_heading,),
    "-": (_start_table, _start_underlined_heading, _start_thematic, _start_item),
    "*": (_start_thematic, _start_item),
    "_": (_start_thematic,),
    "+": (_start_item,),
    "[": (_start_note,),
    "|": (_start_table,),
    ":": (_start_table,),
}
