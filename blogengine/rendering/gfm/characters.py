"""What CommonMark says about single characters, entities, labels and addresses."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from html.entities import html5
from urllib.parse import quote

ASCII_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
ENTITY = re.compile(r"&(?:#[xX][0-9a-fA-F]{1,6}|#[0-9]{1,7}|[A-Za-z][A-Za-z0-9]{1,31});")

_ESCAPE_OR_ENTITY = re.compile(r"\\([!-/:-@\[-`{-~])|" + ENTITY.pattern)
_REPLACEMENT = "\ufffd"
_LAST_CODE_POINT = 0x10FFFF
_LONGEST_LABEL = 999
# What may stand in an address unencoded; a "%" is kept since it mostly belongs to an encoding.
_SAFE_IN_ADDRESS = "!#$%&'()*+,-./:;=?@_~"
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def decode_entity(entity: str) -> str | None:
    """Return what `&name;` or `&#number;` stands for, or None if there is no such name."""
    if entity[1] != "#":
        return html5.get(entity[1:])
    code = int(entity[3:-1], 16) if entity[2] in "xX" else int(entity[2:-1])
    return _character(code)


def _character(code: int) -> str:
    # Control characters mark places in the pipeline, so no text may smuggle them in.
    if code > _LAST_CODE_POINT or 0xD800 <= code <= 0xDFFF:
        return _REPLACEMENT
    if (code < 0x20 and code not in (9, 10, 13)) or code == 0x7F:
        return _REPLACEMENT
    return chr(code)


def unescape(text: str) -> str:
    """Resolve backslash escapes and entities, as in link destinations and titles."""
    if "\\" not in text and "&" not in text:
        return text
    return _ESCAPE_OR_ENTITY.sub(_resolve, text)


def _resolve(match: re.Match[str]) -> str:
    if match[1]:
        return match[1]
    decoded = decode_entity(match[0])
    return match[0] if decoded is None else decoded


@lru_cache(maxsize=4096)
def is_punctuation(character: str) -> bool:
    """Say whether a character counts as punctuation (or symbol) beside emphasis marks."""
    return unicodedata.category(character)[0] in "PS"


def normalise_label(label: str) -> str:
    """Return the form in which link and footnote labels are compared; empty if it can't be one."""
    if len(label) > _LONGEST_LABEL:
        return ""
    return " ".join(label.split()).casefold()


def normalise_address(address: str) -> str:
    """Percent-encode what can't stand in an address, and keep what is already encoded."""
    encoded = quote(address, safe=_SAFE_IN_ADDRESS, errors="replace")
    return _LONE_PERCENT.sub("%25", encoded) if "%" in encoded else encoded
