"""Where a visitor may be sent: `next` parameters, and what else comes from a request."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, unquote, urlsplit

LONGEST_NEXT = 2000
DECODINGS = 3
"""How often percent signs are taken away while looking for a trick."""

INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
SLASHES = {ord(letter): "/" for letter in "\\\u2044\u2215\u29f8"}
SAFE = "/:@!$&'()*+,;=~%-._"


def own_address(address: object, *, otherwise: str = "/") -> str:
    """Return an address of this site to redirect to; `otherwise` for every other.

    Only a path with its query is taken: `/tag/sea/?page=2`. Whole addresses are refused, the
    site's own included: who has one takes its path. The answer is ASCII and can't leave the site,
    however a browser or a proxy reads it.
    """
    if not isinstance(address, str) or not _plain(address):
        return otherwise
    parts = urlsplit(address)
    path = quote(parts.path, safe=SAFE)
    query = f"?{quote(parts.query, safe=SAFE + '?')}" if parts.query else ""
    fragment = f"#{quote(parts.fragment, safe=SAFE + '?')}" if parts.fragment else ""
    return path + query + fragment


def _plain(address: str) -> bool:
    """Whether an address is a path on this site, however often somebody decodes it."""
    if len(address) > LONGEST_NEXT or not address.startswith("/") or "\\" in address:
        return False
    if any(letter.isspace() or unicodedata.category(letter) in INVISIBLE for letter in address):
        return False
    try:
        for _ in range(DECODINGS):
            if not _stays(address):
                return False
            address = unquote(address, errors="strict")
        return _stays(address)
    except ValueError:  # a host that is none, bytes that are no text
        return False


def _stays(address: str) -> bool:
    # Not by urlsplit: of `///host` it makes the path `/host`, browsers make the host of it.
    path = re.split(r"[?#]", address, maxsplit=1)[0]
    # What looks like a slash or a dot to somebody becomes one: full width, fraction slash.
    path = unicodedata.normalize("NFKC", path).translate(SLASHES)
    return (
        path.startswith("/")
        and "//" not in path
        and not {".", ".."} & set(path.split("/"))
        and not any(unicodedata.category(letter) == "Cc" for letter in address)
    )
