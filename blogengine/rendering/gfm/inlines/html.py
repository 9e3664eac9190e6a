"""Html and angle-bracket links inside text."""

from __future__ import annotations

import re

_ATTRIBUTE = (
    r"\s++[A-Za-z_:][A-Za-z0-9_.:-]*+"
    r"(?:\s*+=\s*+(?:[^\s\"'=<>`]++|'[^']*+'|\"[^\"]*+\"))?+"
)
OPEN_TAG = rf"<[A-Za-z][A-Za-z0-9-]*+(?:{_ATTRIBUTE})*+\s*+/?>"
CLOSE_TAG = r"</[A-Za-z][A-Za-z0-9-]*+\s*+>"

TAG = re.compile(f"{OPEN_TAG}|{CLOSE_TAG}")
ADDRESS = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>\x00-\x1f]*+)>")
MAIL_ADDRESS = re.compile(
    r"<([a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,256}+@"
    r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*)>"
)
_DECLARATION = re.compile(r"<![A-Za-z]")


class HtmlFinder:
    """Finds html in one text; remembers what it looked for in vain."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._missing: set[str] = set()

    def end_of_html(self, start: int) -> int | None:
        """Return where the html that begins at `start` ends, or None if it is none."""
        text = self._text
        if text.startswith("<!--", start):
            # "<!-->" and "<!--->" are complete.
            return self._after("-->", start + 2)
        if text.startswith("<?", start):
            return self._after("?>", start + 2)
        if text.startswith("<![CDATA[", start):
            return self._after("]]>", start + 9)
        if _DECLARATION.match(text, start):
            return self._after(">", start + 3)
        tag = TAG.match(text, start)
        return tag.end() if tag else None

    def _after(self, closing: str, start: int) -> int | None:
        if closing in self._missing:
            return None
        found = self._text.find(closing, start)
        if found < 0:
            self._missing.add(closing)
            return None
        return found + len(closing)
