"""Web addresses that readers give: taken when they are plain ones, and made fit for `href`."""

from __future__ import annotations

import re
from ipaddress import IPv4Address
from urllib.parse import quote, urlsplit

LONGEST_ADDRESS = 4000

HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+")
BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
PATH_SAFE = "/:@!$&'()*+,;=~%"
QUERY_SAFE = PATH_SAFE + "?"


def web_address(text: str) -> str:
    """Return an http or https address with everything odd percent-encoded; "" for any other.

    Addresses with a user name are refused: `https://bank.example@evil.example` is a trick, and
    nobody's website.
    """
    try:
        parts = urlsplit(BARE_PERCENT.sub("%25", text))
        host, port = parts.hostname or "", parts.port
        if parts.scheme not in ("http", "https") or "@" in parts.netloc:
            return ""
        if not HOST.fullmatch(host):
            return ""
        if host.rsplit(".", 1)[-1].isdigit():
            IPv4Address(host)
        name = host if host.isascii() else host.encode("idna").decode("ascii")
    except ValueError:  # UnicodeError is one too
        return ""
    address = f"{parts.scheme}://{name}{f':{port}' if port is not None else ''}"
    address += quote(parts.path, safe=PATH_SAFE, errors="replace")
    if parts.query:
        address += "?" + quote(parts.query, safe=QUERY_SAFE, errors="replace")
    if parts.fragment:
        address += "#" + quote(parts.fragment, safe=QUERY_SAFE, errors="replace")
    return address if len(address) <= LONGEST_ADDRESS else ""
