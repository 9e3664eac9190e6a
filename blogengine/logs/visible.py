"""Text of strangers made harmless: what can't be seen, or moves a cursor, is written out."""

from __future__ import annotations

import re

UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
"""Control characters, those that turn the direction of writing, and halves of characters."""


def visible(text: str) -> str:
    """Return the text on one line, with `\\n`, `\\x1b`, `\\u202e` for what can't be seen."""
    return UNSEEN.sub(_written_out, text)


def _written_out(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape", "surrogatepass").decode("ascii")
