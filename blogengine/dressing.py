"""Frozen values with which plugins dress pages: files, sources of the policy, tags, helpers.

What a page looks like belongs to its theme; these are the small things others add to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

NO_SOURCES: Mapping[str, Sequence[str]] = MappingProxyType({})

ASSET_KINDS = ("css", "js", "font", "image")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the plugin's folder `static/`, served as `/static/p/PLUGIN/HASH/PATH`.

    Style sheets and scripts are put into the head of the kinds of page in `pages`, all when it is
    empty; fonts and images are only served. A small style sheet without an address in it stands
    in the page itself; `inline` says so, or that it doesn't. Lower `order` comes first, and all
    of them before the theme's own style sheet. A script is always a file and runs when the page
    is there. `csp` names the sources that the file needs besides itself, such as
    `{"connect-src": ("https://api.example",)}`. What isn't `linked` is only served, and allowed on
    those pages: a template links it by `static()`, or a script of the page imports it. With
    `where`, such as `class="math"`, it stands only on pages with a post whose html has that text.
    """

    path: str
    kind: str = "css"
    pages: frozenset[str] | set[str] = frozenset()
    csp: Mapping[str, Sequence[str]] = field(default_factory=lambda: NO_SOURCES)
    inline: bool | None = None
    order: int = 100
    linked: bool = True
    where: str = ""


@dataclass(frozen=True, slots=True)
class ContentSource:
    """Sources that pages may load from, without a file of one's own: frames, pictures, requests.

    `csp` maps directives of the content security policy to sources:
    `{"frame-src": ("https://player.example",)}`. `pages` limits it to kinds of page.
    """

    csp: Mapping[str, Sequence[str]]
    pages: frozenset[str] | set[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StaticFile:
    """An asset as it was read when the app was built: what is served never changes after that."""

    plugin: str
    asset: Asset
    address: str
    media_type: str
    integrity: str
    content: bytes = field(repr=False)

    @property
    def inlined(self) -> bool:
        """Whether it stands in the page itself."""
        return self.asset.inline is True


@dataclass(frozen=True, slots=True)
class TemplateHelper:
    """A function for templates: a `filter`, a `test` or a `global`.

    The name is the plugin's own or begins with it and an underscore. The function gets what the
    template gives it and nothing of Jinja's.
    """

    name: str
    function: Callable[..., Any]
    kind: str = "filter"


@dataclass(frozen=True, slots=True)
class MetaTag:
    """A meta element. `property` stands in for `name` where the vocabulary wants it (Open Graph).

    Of two with the same name and `media` the one with the higher `order` is shown, of equal ones
    that of the plugin whose name comes first. The engine's own description has order 0.
    """

    name: str
    content: str
    property: bool = False
    media: str = ""
    order: int = 100


@dataclass(frozen=True, slots=True)
class Redirection:
    """Where an address that nobody answers leads: `to` is a path of this site or an address.

    `status` is 301 for good, 302 for now, or 410 for what is gone, without a `to`.
    """

    to: str = ""
    status: int = 301


@dataclass(frozen=True, slots=True)
class LinkTag:
    """A link element to another address, such as `LinkTag("me", "https://social.example/@ann")`.

    `href` is a path of this site, or an address that begins with https, http or mailto. There may
    be many of one `rel`, but one `canonical`: that with the highest `order` is shown. Style sheets
    are assets and can't be linked here. `hreflang` is the language of what stands there, or
    `x-default`.
    """

    rel: str
    href: str
    type: str = ""
    title: str = ""
    order: int = 100
    hreflang: str = ""


@dataclass(frozen=True, slots=True)
class StructuredData:
    """What search engines are told of a page (schema.org): written into it as JSON-LD."""

    data: Mapping[str, object]
    order: int = 100
