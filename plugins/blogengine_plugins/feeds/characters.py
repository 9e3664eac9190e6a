"""Which characters a feed may hold."""

from __future__ import annotations

import re

NOT_ALLOWED = re.compile(
    "[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]"
    "|["
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000)
    )
    + "]"
)
"""What XML 1.0 forbids (controls, lone surrogates) or advises against (noncharacters).

JSON could hold some of these, but a feed reader that stores its items as XML or in a database
couldn't.
"""


def clean(text: str) -> str:
    """Return the text without characters that would break a feed; line ends become `\\n`."""
    return NOT_ALLOWED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
