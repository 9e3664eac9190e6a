"""What stands behind the marks of a fence: the language, lines to mark, numbers of lines.

Several ways of writing it are read, those of Python-Markdown, Hugo, Pandoc and Docusaurus:

    python hl_lines="2 4-5" linenums="10"
    python {linenos=true, hl_lines=[2, "4-5"], linenostart=10}
    {.python .numberLines startFrom="10"}
    python {2,4-5}
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

_LANGUAGE = re.compile(r"\{?[ \t]*\.?(?:language-)?([\w+#.-]+)(?![\w+#.-]*[ \t]*=)")
_WORD = re.compile(
    r"""([A-Za-z_-]+)[ \t]*=[ \t]*("[^"]*"|'[^']*'|\[[^\]]*\]|[\d,-]+|\w+)|\.?([A-Za-z-]+)"""
)
_BARE_RANGES = re.compile(r"\{[ \t]*(\d[\d \t,-]*)\}")
_RANGE = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?")
_MOST_RANGES = 100
_LONGEST = 1000
_MARKED = ("hl_lines", "hl-lines", "highlight", "mark")
_FIRST = ("linenums", "linenostart", "linestart", "start-from", "startfrom")
_NUMBERED = ("linenos", "line-numbers", "numberlines", "number-lines", "showlinenumbers")
_NO = frozenset({"false", "none", "0", "off", "no"})

MARKS, FIRST = "data-marks", "data-first"
"""Attributes that carry it through the tree to the highlighter; no page has them."""


@dataclass(frozen=True, slots=True)
class FenceInfo:
    """`marks` are ranges of lines counted from 1; `first` is the first line's number, or None."""

    language: str = ""
    marks: tuple[tuple[int, int], ...] = ()
    first: int | None = None


def read_info(info: str) -> FenceInfo:
    """Read the words behind a fence; what isn't understood says nothing."""
    info = info[:_LONGEST]
    found = _LANGUAGE.match(info)
    language = found[1] if found and not found[1].isdigit() else ""
    if not ("=" in info or "{" in info or "umber" in info):
        return FenceInfo(language)
    marks: list[tuple[int, int]] = []
    first: int | None = None
    for bare in _BARE_RANGES.finditer(info):
        marks += _ranges(bare[1])
    for word in _WORD.finditer(info):
        name, value = (word[1] or word[3]).lower(), (word[2] or "").strip("\"'")
        if name in _MARKED:
            marks += _ranges(value)
        elif name in _FIRST and value.isdigit():
            first = int(value[:6])
        elif name in _NUMBERED and first is None and value.lower() not in _NO:
            first = 1
    return FenceInfo(language, tuple(marks[:_MOST_RANGES]), first)


def _ranges(text: str) -> list[tuple[int, int]]:
    return [(int(found[1]), int(found[2] or found[1])) for found in _RANGE.finditer(text)]


def put_info(code: Element, info: FenceInfo) -> None:
    """Write onto the element of a block of code what its fence says."""
    if info.language:
        code.set("class", f"language-{info.language}")
    if info.marks:
        code.set(MARKS, " ".join(f"{first}-{last}" for first, last in info.marks))
    if info.first is not None:
        code.set(FIRST, str(info.first))


def take_lines(code: Element) -> tuple[tuple[tuple[int, int], ...], int | None]:
    """Take the ranges to mark and the first number off the element again."""
    marks = tuple(_ranges(code.attrib.pop(MARKS, "")))
    first = code.attrib.pop(FIRST, "")
    return marks, int(first) if first else None
