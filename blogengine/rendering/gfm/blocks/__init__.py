"""The block stage: from lines to a tree of blocks, by CommonMark's and GitHub's rules."""

from .definitions import LinkDefinitions
from .parser import BlockReader
from .tables import split_row
from .tree import (
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
)

__all__ = [
    "Block",
    "BlockReader",
    "Document",
    "FencedCode",
    "Heading",
    "Html",
    "IndentedCode",
    "Item",
    "LinkDefinitions",
    "List",
    "NoteDefinition",
    "Paragraph",
    "Quote",
    "Table",
    "Thematic",
    "split_row",
]
