"""Where a link points to: destination and title, inline or in a definition."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..characters import normalise_address, unescape

LABEL = re.compile(r"\[((?:[^\\\[\]]|\\.){0,999}+)\]", re.DOTALL)

_ANGLED = re.compile(r"<((?:[^<>\\\n]|\\.)*+)>")
_PLAIN_PIECE = re.compile(r"[^()\\\x00-\x20\x7f]++|\\[!-/:-@\[-`{-~]|\\|[()]")
_TITLE = re.compile(
    r"\"((?:[^\"\\]|\\.)*+)\"|'((?:[^'\\]|\\.)*+)'|\(((?:[^()\\]|\\.)*+)\)", re.DOTALL
)
_SPACE = re.compile(r"[ \t]*(?:\n[ \t]*)?")
_DEEPEST_PARENTHESES = 32


class Target(NamedTuple):
    """A parsed `(destination "title")`; `end` is the position after it."""

    href: str
    title: str | None
    end: int


def skip_space(text: str, start: int) -> int:
    """Pass over spaces with at most one line end."""
    match = _SPACE.match(text, start)
    return match.end() if match else start


def read_destination(text: str, start: int) -> tuple[str, int] | None:
    """Read a destination; returns it decoded, and the position after it."""
    if text.startswith("<", start):
        angled = _ANGLED.match(text, start)
        return (normalise_address(unescape(angled[1])), angled.end()) if angled else None
    depth, position = 0, start
    while piece := _PLAIN_PIECE.match(text, position):
        if piece[0] == "(":
            depth += 1
            if depth > _DEEPEST_PARENTHESES:
                return None
        elif piece[0] == ")":
            if not depth:
                break
            depth -= 1
        position = piece.end()
    if depth:
        return None
    return normalise_address(unescape(text[start:position])), position


def read_title(text: str, start: int) -> tuple[str, int] | None:
    """Read a quoted title; returns it decoded, and the position after it."""
    match = _TITLE.match(text, start)
    if match is None:
        return None
    return unescape(match[1] or match[2] or match[3] or ""), match.end()


def read_inline_target(text: str, start: int) -> Target | None:
    """Read `(destination "title")` at `start`, or return None."""
    if not text.startswith("(", start):
        return None
    destination = read_destination(text, skip_space(text, start + 1))
    if destination is None:
        return None
    href, end = destination
    after = skip_space(text, end)
    title: str | None = None
    if after > end and (found := read_title(text, after)):
        title, after = found
        after = skip_space(text, after)
    return Target(href, title, after + 1) if text.startswith(")", after) else None
