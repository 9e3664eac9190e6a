"""Boxes written as Python-Markdown knows them: `!!! note "Title"` above indented lines.

They become quotes with a mark, so that there is one way to make a box and one that it looks.
`???` folds a box, `???+` unfolds it at first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from markdown import Markdown
from markdown.preprocessors import Preprocessor

OPENING = re.compile(
    r"( {0,12})(!!!|\?\?\?\+?) ?([A-Za-z][\w-]{1,29})((?: [\w-]+){0,5})(?: +\"([^\"]{0,200})\")? *"
)
FENCE = re.compile(r"(?:[ \t]{0,40}>){0,20}[ \t]{0,40}(`{3,}|~{3,})")
FOLDS = {"!!!": "", "???": "-", "???+": "+"}
INDENT = 4
BEFORE_LINES_ARE_SORTED = 24
DEEPEST = 5


class IndentedBoxes(Preprocessor):
    """Rewrites the lines of a text."""

    def __init__(self, md: Markdown, words: Collection[str]) -> None:
        super().__init__(md)
        self._words = words

    def run(self, lines: list[str]) -> list[str]:
        if not any(line.lstrip().startswith(("!!!", "???")) for line in lines):
            return lines
        return list(quoted(lines, self._words))


def quoted(lines: Sequence[str], words: Collection[str], depth: int = 0) -> Iterator[str]:
    """Return the lines with every box as a quote; boxes may stand in boxes."""
    fence, number = "", 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if mark := FENCE.match(line):
            if not fence:
                fence = mark[1]
            elif mark[1].startswith(fence) and not line.strip(" >\t`~"):
                fence = ""
        opening = None if fence or depth >= DEEPEST else OPENING.fullmatch(line)
        inside, end = _inside(lines, number, opening)
        if opening is None or not inside:
            yield line
            continue
        before = opening[1]
        yield before + _first_line(opening, words)
        for other in quoted(inside, words, depth + 1):
            yield f"{before}> {other}".rstrip()
        yield ""
        number = end


def _inside(
    lines: Sequence[str], start: int, opening: re.Match[str] | None
) -> tuple[list[str], int]:
    """Return the lines of a box without their indent, and where it ends."""
    if opening is None:
        return [], start
    before = opening[1] + " " * INDENT
    found: list[str] = []
    number = start
    while number < len(lines):
        line = lines[number].replace("\t", " " * INDENT, 1)
        if line.strip() and not line.startswith(before):
            break
        found.append(line[len(before) :])
        number += 1
    while found and not found[-1].strip():
        found.pop()
        number -= 1
    return found, number


def _first_line(opening: re.Match[str], words: Collection[str]) -> str:
    word, title, fold = opening[3].lower(), opening[5] or "", FOLDS[opening[2]]
    if word not in words:
        word, title = "note", title or word.capitalize()
    return f"> [!{word.upper()}]{fold} {title}".rstrip()
