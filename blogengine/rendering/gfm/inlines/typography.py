"""Typographic quotes, dashes and ellipses, when the site wants them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .tokens import BareLink, Break, Code, Image, Text, Token

_SIGN = re.compile(r"-{2,3}(?!-)|\.\.\.|[\"']")
_OPENING_BEFORE = frozenset("([{<-–—/“‘«")
_QUOTES = {'"': ("“", "”"), "'": ("‘", "’")}
_SIGNS = {"--": "–", "---": "—", "...": "…"}


def with_typographic_signs(tokens: Sequence[Token]) -> Sequence[Token]:
    """Change the typed text in `tokens` in place; code, html and addresses stay."""
    before = " "
    for index, token in enumerate(tokens):
        if isinstance(token, Text):
            if token.typed:
                following = _first_character(tokens, index + 1)
                token.text = _set(token.text, before, following)
            before = token.text[-1:] or before
        else:
            before = _last_character(token) or before
    return tokens


def _set(text: str, before: str, following: str) -> str:
    def replace(match: re.Match[str]) -> str:
        start, end = match.span()
        sign = match[0]
        if sign not in _QUOTES:
            # A longer row of hyphens is a drawing.
            return sign if text[start - 1 : start] == "-" else _SIGNS[sign]
        left = text[start - 1] if start else before
        right = text[end] if end < len(text) else following
        return _QUOTES[sign][0 if _opens(sign, left, right) else 1]

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
