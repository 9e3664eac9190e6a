"""The Markdown extension: find formulas before Markdown reads what is in them.

`$x^2$` stands in a line, `$$…$$` and a fence with the word `math` stand apart. As on GitHub, a
dollar sign begins a formula only if no space follows it, and ends one only if none stands before
it and no digit follows: prices stay prices.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AMP_SUBSTITUTE, AtomicString

from blogengine_plugins.math.formulas import LONGEST, aside

BEFORE_LINES_ARE_SORTED = 25
BEFORE_INLINE = 24
BEFORE_HIGHLIGHTING = 12

INDENT = r"[ \t]{0,40}(?:>[ \t]?){0,40}[ \t]{0,40}"
FENCE = re.compile(INDENT + r"(`{3,}|~{3,})")
OPENING = re.compile(rf"({INDENT})\$\$[ \t]*(.*)")
MOST_LINES = 200

FOUND = re.compile(
    r"(?P<code>(?<!`)(?P<ticks>`+)(?!`).{1,2000}?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<skip>\\.|<[A-Za-z/!][^<>]{0,500}>)"
    rf"|\$\$(?P<block>[^$]{{1,{LONGEST}}})\$\$"
    rf"|(?<![\w$])\$(?P<ticked>`[^`$]{{1,{LONGEST}}}`)\$"
    rf"|(?<![\w$])\$(?P<line>(?![\s$])(?:\\.|[^$\\]){{1,{LONGEST}}}?)(?<!\s)\$(?![\w$])",
    re.DOTALL,
)


class Formulas(Extension):
    """Sets formulas aside, so that nothing in them is taken for emphasis, a link or a list."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.preprocessors.register(Blocks(md), "math_blocks", BEFORE_LINES_ARE_SORTED)
        md.treeprocessors.register(InLines(md), "math_lines", BEFORE_INLINE)
        md.treeprocessors.register(Fences(md), "math_fences", BEFORE_HIGHLIGHTING)


class Blocks(Preprocessor):
    """Turns `$$` on lines of their own into fences, which no rule of Markdown looks into."""

    def run(self, lines: list[str]) -> list[str]:
        return list(_fenced(lines)) if any("$$" in line for line in lines) else lines


def _fenced(lines: list[str]) -> Iterator[str]:
    fence, number = "", 0
    while number < len(lines):
        line = lines[number]
        number += 1
        mark = FENCE.match(line)
        if mark and (not fence or (mark[1].startswith(fence) and not line.strip(" >\t`~"))):
            fence = "" if fence else mark[1]
        opening = None if fence or mark else OPENING.fullmatch(line)
        end = _end(lines, number - 1, opening) if opening else 0
        if not opening or not end:
            yield line
            continue
        before = opening[1]
        inside = [opening[2], *(other[len(before) :] for other in lines[number:end])]
        inside[-1] = inside[-1].rstrip().removesuffix("$$")
        yield f"{before}```math"
        yield from (f"{before}{other}" for other in inside if other.strip())
        yield f"{before}```"
        number = end


def _end(lines: list[str], start: int, opening: re.Match[str]) -> int:
    """Return the line after the one that ends with `$$`, or 0: a blank line comes before it."""
    if "$$" in opening[2]:
        rest = opening[2].rstrip()
        return start + 1 if rest.endswith("$$") and rest.count("$$") == 1 else 0
    for number in range(start + 1, min(len(lines), start + MOST_LINES)):
        line = lines[number]
        if not line.strip(" >\t"):
            return 0
        if line.rstrip().endswith("$$"):
            return number + 1
    return 0


class InLines(Treeprocessor):
    """Sets aside the formulas in texts that are still Markdown."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self._md = md

    def run(self, root: Element) -> None:
        for element in root.iter():
            if element.text and "$" in element.text and not isinstance(element.text, AtomicString):
                element.text = self._without(element.text)
            if element.tail and "$" in element.tail and not isinstance(element.tail, AtomicString):
                element.tail = self._without(element.tail)

    def _without(self, text: str) -> str:
        return FOUND.sub(self._stashed, text)

    def _stashed(self, found: re.Match[str]) -> str:
        latex = found["block"] or found["line"] or (found["ticked"] or "").strip("`")
        if not latex.strip():
            return found[0]
        html = aside(latex, block=bool(found["block"]))
        placeholder: str = self._md.htmlStash.store(html)
        return placeholder


class Fences(Treeprocessor):
    """Takes blocks of code in the language `math`."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self._md = md

    def run(self, root: Element) -> None:
        for parent in list(root.iter()):
            for number, child in enumerate(list(parent)):
                if child.tag != "pre" or len(child) != 1:
                    continue
                if child[0].get("class") == "language-math" and len(child[0].text or "") <= LONGEST:
                    parent[number] = self._box(child)

    def _box(self, pre: Element) -> Element:
        latex = (pre[0].text or "").replace(AMP_SUBSTITUTE + "amp;", "&")
        box = Element("div", {"class": "math"})
        box.text = AtomicString(self._md.htmlStash.store(aside(latex, block=True)))
        box.tail = pre.tail
        return box
