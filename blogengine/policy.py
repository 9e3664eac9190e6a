"""The content security policy of public pages: today's base, and what plugins may add to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

BASE: Mapping[str, Sequence[str]] = {
    "default-src": ("'none'",),
    "style-src": (),
    "img-src": ("'self'", "https:", "http:", "data:"),
    "media-src": ("'self'", "https:", "http:"),
    "connect-src": ("'self'",),
    "form-action": ("'self'",),
    "base-uri": ("'none'",),
    "frame-ancestors": ("'self'",),
}
"""No script, styles by hash, pictures from anywhere.

Writers may show pictures, sound and films of other hosts, which is why those two are open. Asking
the site itself is allowed because inspectors of pages, Lighthouse for one, read robots.txt so.
"""

ADMIN: Mapping[str, Sequence[str]] = {
    **BASE,
    "style-src": ("'self'",),
    "script-src": ("'self'",),
    "connect-src": ("'self'",),
    "font-src": ("'self'",),
    "frame-src": ("'self'",),
    "frame-ancestors": ("'none'",),
}
"""The admin's pages: this site's own files, nothing written in the page, and nobody frames it."""

OPEN_DIRECTIVES = frozenset(
    (
        "connect-src font-src frame-src img-src manifest-src media-src script-src style-src "
        "worker-src"
    ).split()
)
"""What a plugin may add sources to. The others hold the page together."""

NONE = "'none'"

LENIENT = {"img-src", "media-src", "font-src"}
"""What is loaded for these is only looked at, so they may have a scheme alone."""

HOST = re.compile(
    r"(?:https|wss)://(?:\*\.)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
    r"(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~/%-]*)?"
)


def fault_of(directive: object, source: object) -> str:
    """Return what is wrong with a source that a plugin wants, as a sentence; "" if nothing is."""
    if directive not in OPEN_DIRECTIVES:
        known = ", ".join(sorted(OPEN_DIRECTIVES))
        return f"A plugin can't add to the directive {directive!r}, only to {known}."
    if not isinstance(source, str):
        return f"The source {source!r} of {directive} must be a text."
    if source == "'self'" or HOST.fullmatch(source):
        return ""
    if source in ("data:", "blob:", "https:") and directive in LENIENT:
        return ""
    return (
        f"{source!r} can't be a source of {directive}. "
        "Name hosts, such as https://player.example, or 'self'."
    )


def policy(additions: Iterable[tuple[str, str]], base: Mapping[str, Sequence[str]] = BASE) -> str:
    """Return the base with these pairs of directive and source, each once."""
    directives = {name: list(sources) for name, sources in base.items()}
    for directive, source in additions:
        sources = directives.setdefault(directive, [])
        if source not in sources:
            sources.append(source)
    return "; ".join(f"{name} {' '.join(s) or NONE}" for name, s in directives.items())
