"""Addresses in texts: made valid where that is possible, dropped where it isn't."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from blogengine.rendering.sanitiser import SCHEMES

BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
UNSAFE = re.compile(r"[\s\"<>\\^`{|}\x00-\x20]")
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
IGNORED = re.compile(r"[\s\x00-\x20]+")
"""What a browser passes over in a scheme, and a trickster therefore puts into one."""

BRACKETS = re.compile(r"[\[\]]")


def valid_address(address: str) -> str | None:
    """Return an address with its unusable characters percent-encoded; None for a hopeless one."""
    text = BARE_PERCENT.sub("%25", address.strip())
    scheme = SCHEME.match(IGNORED.sub("", unquote(text)))
    if scheme and scheme[1].lower() not in SCHEMES:
        return None
    text = UNSAFE.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), text)
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme in ("http", "https") and not parts.hostname:
        return None
    host_ends = text.find(parts.netloc) + len(parts.netloc) if parts.netloc else 0
    head, tail = text[:host_ends], text[host_ends:]
    tail = BRACKETS.sub(lambda match: f"%{ord(match[0]):02X}", tail)
    path, sign, fragment = tail.partition("#")
    return head + path + sign + fragment.replace("#", "%23")
