"""The engine's part of a page's `<head>`, and the content security policy that fits it."""

from __future__ import annotations

import base64
import hashlib
import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

from blogengine.contributions import PAGE_KINDS, Contributions
from blogengine.dressing import StaticFile
from blogengine.errors import OperatorError
from blogengine.looks import Look
from blogengine.policy import ADMIN, BASE, policy
from blogengine.structured import json_ld
from blogengine.tags import Tag, chosen, link, meta
from blogengine.templating import CORE_TEMPLATES
from blogengine.values import Page

PLAIN_STYLES = (CORE_TEMPLATES / "plain.css",)


ADMIN_KIND = "admin"

LINKED = {
    "css": ("style-src", '<link rel="stylesheet" href="{}" integrity="{}">'),
    "js": ("script-src", '<script src="{}" integrity="{}" defer></script>'),
    "font": ("font-src", ""),
    "image": ("img-src", ""),
}
"""What allows a file that isn't inlined, and the element that loads it."""


@dataclass(frozen=True, slots=True)
class Dress:
    """What pages of one kind carry in their head, and the policy that allows it.

    `pieces` are in order; one with a text stands only where a post of the page has it.
    """

    pieces: tuple[tuple[str, Markup], ...]
    policy: str

    def markup(self, page: Page) -> Markup:
        """Return what this page carries."""
        posts = page.posts if page.post is None else (page.post,)
        found: dict[str, bool] = {"": True}
        for text, _piece in self.pieces:
            if text not in found:
                found[text] = any(text in post.html for post in posts)
        return Markup("").join(piece for text, piece in self.pieces if found[text])


def dresses(look: Look | None, contributions: Contributions) -> Mapping[str, Dress]:
    """Return the dress of each kind of page: plugins' files, then the theme's style sheets.

    Raises OperatorError for a style sheet that can't be read.
    """
    sheets = [("", read_sheet(path)) for path in (look.styles if look else PLAIN_STYLES)]
    if look:
        sheets += [(text, read_sheet(path)) for text, path in look.parts.items()]
    return {kind: _dress(kind, sheets, contributions) for kind in PAGE_KINDS}


def _dress(kind: str, sheets: Sequence[tuple[str, str]], contributions: Contributions) -> Dress:
    admin = kind == ADMIN_KIND
    sheets = () if admin else sheets
    here = [f for f in contributions.files.values() if _belongs(kind, f.asset.pages)]
    texts = [
        (file.asset.where, sheet_text(file.content.decode("utf-8")))
        for file in here
        if file.inlined
    ]
    linked = [
        (file.asset.where, Markup(LINKED[file.asset.kind][1]).format(file.address, file.integrity))
        for file in here
        if file.asset.linked and not file.inlined
    ]
    allowed = [("style-src", _hash(text)) for _where, text in (*texts, *sheets)]
    for file in here:
        allowed += needs(file)
    for _plugin, source in contributions.sources:
        if _belongs(kind, source.pages):
            allowed += pairs(source.csp)
    styles = [
        (where, Markup("<style>{}</style>").format(Markup(text)))
        for where, text in (*texts, *sheets)
    ]
    return Dress((*linked, *styles), policy(allowed, ADMIN if admin else BASE))


@lru_cache(maxsize=32)
def with_rule(dress: Dress, rule: str) -> Dress:
    """Return a dress with one more rule at its end, which its policy allows.

    Kept, so that a page of a site with choices of its own hashes nothing.
    """
    style = Markup("<style>{}</style>").format(Markup(rule))
    allowed = re.sub("style-src( 'none')?", f"style-src {_hash(rule)}", dress.policy, count=1)
    return Dress((*dress.pieces, ("", style)), allowed)


def _belongs(kind: str, pages: Collection[str]) -> bool:
    """Whether a file belongs to a kind of page; what is for all of them isn't for the admin."""
    return kind in pages if pages or kind == ADMIN_KIND else True


def needs(file: StaticFile) -> list[tuple[str, str]]:
    """Return directives and sources that a file needs; an inlined one is allowed by its hash."""
    own = [] if file.inlined else [(LINKED[file.asset.kind][0], "'self'")]
    return own + pairs(file.asset.csp)


def files_of(contributions: Contributions, plugin: str) -> list[str]:
    """Return the files that a plugin adds to pages or serves beside them."""
    return [
        f"{file.asset.path} ({file.asset.kind})"
        for file in contributions.files.values()
        if file.plugin == plugin
    ]


def sources_of(contributions: Contributions, plugin: str) -> list[str]:
    """Return what a plugin adds to the policy, a line each, with the kinds of page."""
    found = {
        (*pair, tuple(sorted(file.asset.pages)))
        for file in contributions.files.values()
        for pair in needs(file)
        if file.plugin == plugin
    }
    for owner, source in contributions.sources:
        if owner == plugin:
            found |= {(*pair, tuple(sorted(source.pages))) for pair in pairs(source.csp)}
    return [
        f"{directive} {source}" + (f" ({', '.join(pages)})" if pages else "")
        for directive, source, pages in sorted(found)
    ]


def pairs(csp: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Return each directive with each of its sources, in a fixed order."""
    return [(name, source) for name in sorted(csp) for source in sorted(csp[name])]


def read_sheet(path: Path) -> str:
    """Return a theme's style sheet as it stands in the page; raises OperatorError."""
    try:
        return sheet_text(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = "it isn't UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise OperatorError(
            f"The style sheet {path} can't be read: {reason}.",
            code="theme-file-missing",
            action="Install the theme again or choose another with `blogengine theme use`.",
        ) from error


def sheet_text(text: str) -> str:
    """Return a style sheet's text fit for a style element, which ends at its first "</"."""
    return text.replace("</", "<\\/").strip()


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def head_markup(
    page: Page,
    dress: Dress,
    site_title: str,
    absolute: Callable[[str], str],
    others: Sequence[Tag] = (),
) -> Markup:
    """Return links, meta elements, styles and structured data of a page; `others` are plugins'."""
    tags: list[Tag] = []
    if page.description:
        tags.append(meta("description", page.description))
    if page.archive and len(page.archive.terms) == 1 and page.archive.terms[0].colour:
        tags.append(meta("theme-color", page.archive.terms[0].colour))
    if page.noindex or page.kind in ("error", "protected"):
        # What isn't worth finding itself may lead to what is.
        said = "noindex,follow" if page.archive or page.kind == "terms" else "noindex"
        tags.append(meta("robots", said, math.inf))
    if page.canonical:
        tags.append(link("canonical", page.canonical))
    if page.archive is not None and page.previous is not None:
        tags.append(link("prev", absolute(page.previous.url)))
    if page.archive is not None and page.next is not None:
        tags.append(link("next", absolute(page.next.url)))
    parts = chosen(tags, others) if others else [tag.markup for tag in tags]
    for feed in page.feeds:
        alternate = '<link rel="alternate" type="{}" title="{}" href="{}">'
        parts.append(Markup(alternate).format(feed.type, feed.title, absolute(feed.url)))
    parts.append(Markup('<link rel="icon" href="/favicon.ico" type="image/svg+xml">'))
    parts.append(dress.markup(page))
    parts.append(json_ld(page, site_title, absolute))
    return Markup("\n").join(part for part in parts if part)
