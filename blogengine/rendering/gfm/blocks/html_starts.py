"""The seven ways in which a block of html begins, and what ends it."""

from __future__ import annotations

import re

from ..inlines.html import CLOSE_TAG, OPEN_TAG

_BLOCK_TAGS = (
    "address article aside base basefont blockquote body caption center col colgroup dd details "
    "dialog dir div dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 "
    "head header hr html iframe legend li link main menu menuitem nav noframes ol optgroup option "
    "p param search section summary table tbody td tfoot th thead title tr track ul"
)
_KINDS: tuple[tuple[re.Pattern[str], re.Pattern[str] | None], ...] = (
    (
        re.compile(r"<(?:script|pre|style|textarea)(?:[ \t>]|$)", re.IGNORECASE),
        re.compile(r"</(?:script|pre|style|textarea)>", re.IGNORECASE),
    ),
    (re.compile(r"<!--"), re.compile(r"-->")),
    (re.compile(r"<\?"), re.compile(r"\?>")),
    (re.compile(r"<![A-Za-z]"), re.compile(r">")),
    (re.compile(r"<!\[CDATA\["), re.compile(r"\]\]>")),
    (re.compile(rf"</?(?:{_BLOCK_TAGS.replace(' ', '|')})(?:[ \t]|/?>|$)", re.IGNORECASE), None),
)
_LONE_TAG = re.compile(rf"(?:{OPEN_TAG}|{CLOSE_TAG})[ \t]*$")


def find_html_start(
    line: str, position: int, *, in_paragraph: bool
) -> tuple[re.Pattern[str] | None] | None:
    """Return what will end the html block that begins here, in a tuple; None if none begins."""
    for opening, closing in _KINDS:
        if opening.match(line, position):
            return (closing,)
    # Any other tag alone on its line begins a block too, but doesn't break a paragraph.
    if not in_paragraph and _LONE_TAG.match(line, position):
        return (None,)
    return None
