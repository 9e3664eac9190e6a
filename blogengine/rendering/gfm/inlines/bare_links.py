"""Addresses typed as text: `https://…`, `http://…`, `www.…` and mail addresses.

The rules are GitHub's: bare domains such as lib.rs are no links, and punctuation at the end of an
address belongs to the sentence.
"""

from __future__ import annotations

import re

from ..characters import normalise_address
from .tokens import BareLink

# Alternatives for the scanner's search; each begins with a character that tells it apart.
ADDRESS_START = r"(?<![A-Za-z])(?i:https?)://|(?:(?<=[\s*_~(])|\A)(?i:www)\."
MAIL_START = r"(?<![\w.+-])[A-Za-z0-9.+_-]{1,64}+@"

_HOST = re.compile(r"(?:(?i:https?)://)?+[\w-]++(?:\.[\w-]++)*+")
_REST = re.compile(r"[^\s<]*+")
_REST_IN_BRACKETS = re.compile(r"[^\s<\[\]]*+")
_MAIL_DOMAIN = re.compile(r"[A-Za-z0-9_-]++(?:\.[A-Za-z0-9_-]++)++")
_TRAILING_ENTITY = re.compile(r"&[A-Za-z0-9]{1,31};\Z")
_TRAILING = frozenset("?!.,:*_~'\"")
_LONGEST_ENTITY = 34


def read_address(text: str, start: int, *, in_brackets: bool) -> BareLink | None:
    """Read the address at `start`; inside brackets it ends before the next bracket."""
    host = _HOST.match(text, start)
    if host is None or not _is_domain(host[0]):
        return None
    rest = (_REST_IN_BRACKETS if in_brackets else _REST).match(text, host.end())
    address = _without_trailing(text[start : rest.end() if rest else host.end()])
    if len(address) < len(host[0]):
        address = host[0].rstrip("_-")
    prefix = "http://" if address[:4].lower() == "www." else ""
    return BareLink(normalise_address(prefix + address), address)


def read_mail_address(text: str, start: int) -> BareLink | None:
    """Read the mail address at `start`."""
    domain = _MAIL_DOMAIN.match(text, text.index("@", start) + 1)
    if domain is None or domain[0][-1] in "-_":
        return None
    address = text[start : domain.end()]
    return BareLink(normalise_address("mailto:" + address), address)


def _is_domain(host: str) -> bool:
    scheme, _, name = host.rpartition("://")
    labels = name.split(".")
    if not scheme and len(labels) < 2:
        return False
    return not any("_" in label for label in labels[-2:])


def _without_trailing(address: str) -> str:
    end = len(address)
    surplus = address.count(")") - address.count("(")
    while end:
        last = address[end - 1]
        if last in _TRAILING:
            end -= 1
        elif last == ")" and surplus > 0:
            surplus -= 1
            end -= 1
        elif last == ";":
            tail = address[max(0, end - _LONGEST_ENTITY) : end]
            entity = _TRAILING_ENTITY.search(tail)
            end -= len(entity[0]) if entity else 1
        else:
            break
    return address[:end]
