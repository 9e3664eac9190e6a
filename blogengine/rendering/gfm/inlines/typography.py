"""Typographic quotes, dashes and ellipses, when the site wants them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .tokens import BareLink, Break, Code, Image, Text, Token

Quotes = tuple[str, str, str, str]

_SIGN = re.compile(r"-{2,3}(?!-)|\.\.\.|[\"']")
_OPENING_BEFORE = frozenset("([{<-–—/“‘«„‚‹\u00a0")
_APOSTROPHE = "’"
_ENGLISH = ("“", "”", "‘", "’")
_LOW_HIGH = ("„", "“", "‚", "‘")
_ANGLES = ("«", "»", "“", "”")
_QUOTES = {
    "bg": ("„", "“", "’", "’"),
    "cs": _LOW_HIGH,
    "da": ("»", "«", "›", "‹"),
    "de": _LOW_HIGH,
    "el": _ANGLES,
    "es": _ANGLES,
    "et": ("„", "“", "„", "“"),
    "fi": ("”", "”", "’", "’"),
    "fr": ("«\u00a0", "\u00a0»", "“", "”"),
    "hr": ("„", "”", "‘", "’"),
    "hu": ("„", "”", "»", "«"),
    "is": _LOW_HIGH,
    "it": _ANGLES,
    "lt": _LOW_HIGH,
    "nb": ("«", "»", "‘", "’"),
    "nn": ("«", "»", "‘", "’"),
    "no": ("«", "»", "‘", "’"),
    "pl": ("„", "”", "«", "»"),
    "pt-pt": _ANGLES,
    "ro": ("„", "”", "«", "»"),
    "ru": ("«", "»", "„", "“"),
    "sk": _LOW_HIGH,
    "sl": _LOW_HIGH,
    "sv": ("”", "”", "’", "’"),
    "uk": ("«", "»", "„", "“"),
}
"""Double and single marks, opening and closing, of languages that have others than English."""

_SIGNS = {"--": "–", "---": "—", "...": "…"}


def with_typographic_signs(tokens: Sequence[Token], language: str = "") -> Sequence[Token]:
    """Change the typed text in `tokens` in place; code, html and addresses stay."""
    quotes = quotes_of(language)
    still_open: list[str] = []
    before = " "
    for index, token in enumerate(tokens):
        if isinstance(token, Text):
            if token.typed:
                following = _first_character(tokens, index + 1)
                token.text = _set(token.text, before, following, quotes, still_open)
            before = token.text[-1:] or before
        else:
            before = _last_character(token) or before
    return tokens


def quotes_of(language: str) -> Quotes:
    """Return the four quotation marks of a language, such as de or pt-PT."""
    whole = language.lower()
    return _QUOTES.get(whole) or _QUOTES.get(whole.partition("-")[0], _ENGLISH)


def _set(text: str, before: str, following: str, quotes: Quotes, still_open: list[str]) -> str:
    def replace(match: re.Match[str]) -> str:
        start, end = match.span()
        sign = match[0]
        if sign in _SIGNS:
            # A longer row of hyphens is a drawing.
            return sign if text[start - 1 : start] == "-" else _SIGNS[sign]
        left = text[start - 1] if start else before
        right = text[end] if end < len(text) else following
        kind = 0 if sign == '"' else 2
        if _opens(sign, left, right):
            still_open.append(sign)
            return quotes[kind]
        if sign == "'" and ("'" not in still_open or (left.isalnum() and right.isalnum())):
            return _APOSTROPHE
        if sign in still_open:
            still_open.reverse()
            still_open.remove(sign)
            still_open.reverse()
        return quotes[kind + 1]

    return _SIGN.sub(replace, text)


def _opens(sign: str, left: str, right: str) -> bool:
    if right.isspace() or (sign == "'" and right.isdigit()):
        return False
    return left.isspace() or left in _OPENING_BEFORE or (left in "\"'" and left != sign)


def _first_character(tokens: Sequence[Token], index: int) -> str:
    while index < len(tokens):
        token = tokens[index]
        if isinstance(token, Text | Code | BareLink) and token.text:
            return token.text[0]
        if isinstance(token, Break):
            return " "
        if isinstance(token, Image):
            return "x"
        index += 1
    return " "


def _last_character(token: Token) -> str:
    if isinstance(token, Code | BareLink):
        return "x"
    if isinstance(token, Break):
        return " "
    return "x" if isinstance(token, Image) else ""
