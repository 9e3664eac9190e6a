"""Addresses inside a post's html: in a feed they stand on somebody else's page."""

from __future__ import annotations

import re
from html import escape, unescape
from urllib.parse import urljoin

TAG = re.compile(r"<[A-Za-z](?:[^\"'>]|\"[^\"]*\"|'[^']*')*>")
ATTRIBUTE = re.compile(r"([^\s\"'=<>/]+)=\"([^\"]*)\"")
ADDRESSES = frozenset({"href", "src", "poster", "cite", "data"})


def make_absolute(html: str, url: str, prefix: str) -> str:
    """Return the html with every address resolved against the post's absolute `url`.

    A link to a place in the post leads to the post's own page, where ids have no `prefix`. The
    html is the sanitiser's: every `<` starts a tag and values stand in double quotes.
    """

    def attribute(match: re.Match[str]) -> str:
        name, value = match[1], unescape(match[2])
        if name.lower() == "srcset":
            resolved = _source_set(value, url)
        elif name.lower() in ADDRESSES:
            resolved = _resolve(value, url, prefix)
        else:
            return match[0]
        return f'{name}="{escape(resolved)}"'

    return TAG.sub(lambda tag: ATTRIBUTE.sub(attribute, tag[0]), html)


def _resolve(value: str, url: str, prefix: str = "") -> str:
    if value.startswith("#"):
        return f"{url}#{value[1:].removeprefix(prefix)}"
    try:
        return urljoin(url, value.strip())
    except ValueError:
        # Something like http://[x: no address at all, and a browser makes nothing of it either.
        return value


def _source_set(value: str, url: str) -> str:
    candidates = (entry.split(maxsplit=1) for entry in re.split(r",\s+", value) if entry.strip())
    return ", ".join(" ".join([_resolve(address, url), *size]) for address, *size in candidates)
