"""Turn one stored rendering into the html of the page it stands on.

The stored html carries one character in front of every id and one in place of every heading's
digit. The characters are control characters, which rendering removes from all input, so no text
can forge them. This runs on the read path, hence nothing but `str.replace`.
"""

from __future__ import annotations

ID_MARK = "\x02"
FIRST_MARK = "\x17"
"""Behind the name of a text's first picture: alone on its page it is loaded at once."""

ALONE_STARTS, ALONE_ENDS = "\x18", "\x19"
"""Around what is shown only where the text stands alone on its page."""

DEPTH_MARKS = "\x11\x12\x13\x14\x15\x16"
ON_ITS_OWN = 2
_DEEPEST = 6


def place(html: str, *, prefix: str = "", level: int = 2) -> str:
    """Return `html` with every id prefixed and its outermost headings at `level`.

    Levels below `h6` don't exist, so deeper headings stay at `h6`.
    """
    html = html.replace(ID_MARK, prefix)
    html = html.replace(FIRST_MARK, "" if level <= ON_ITS_OWN else ' loading="lazy"')
    if ALONE_STARTS in html:
        html = _without_alone(html) if level > ON_ITS_OWN else html
        html = html.replace(ALONE_STARTS, "").replace(ALONE_ENDS, "")
    for depth, mark in enumerate(DEPTH_MARKS):
        html = html.replace(mark, str(min(level + depth, _DEEPEST)))
    return html


def _without_alone(html: str) -> str:
    first, *others = html.split(ALONE_STARTS)
    return first + "".join(other.partition(ALONE_ENDS)[2] for other in others)
