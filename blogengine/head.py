"""The engine's part of a page's `<head>`, and the content security policy that fits it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup, escape

from blogengine.contributions import Theme
from blogengine.errors import OperatorError
from blogengine.structured import json_ld
from blogengine.templating import CORE_TEMPLATES
from blogengine.values import Page

PLAIN_STYLES = (CORE_TEMPLATES / "plain.css",)


@dataclass(frozen=True, slots=True)
class Styles:
    """The style sheets of the active theme, ready to stand in the page, with their hashes."""

    markup: Markup
    policy: str

    @classmethod
    def of(cls, theme: Theme | None) -> Styles:
        """Read the theme's style sheets once; raises OperatorError for a missing file."""
        texts = [_read(path) for path in (theme.styles if theme else PLAIN_STYLES)]
        markup = Markup("").join(Markup("<style>{}</style>").format(Markup(t)) for t in texts)
        return cls(markup, _policy([_hash(text) for text in texts]))


def _read(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise OperatorError(
            f"The style sheet {path} can't be read: {error.strerror}.",
            code="theme-file-missing",
            action="Install the theme again or choose another with `blogengine theme use`.",
        ) from error
    # A style element ends at its first "</"; a sheet that holds it isn't one.
    return text.replace("</", "<\\/").strip()


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _policy(hashes: Sequence[str]) -> str:
    """Return the policy of public pages: no script, styles by hash, pictures from anywhere.

    Writers may show pictures, sound and films of other hosts, which is why those three are open.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src {' '.join(hashes) or chr(39) + 'none' + chr(39)}",
            "img-src 'self' https: http: data:",
            "media-src 'self' https: http:",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
        )
    )


def head_markup(
    page: Page, styles: Styles, site_title: str, absolute: Callable[[str], str]
) -> Markup:
    """Return links, meta elements, styles and structured data of a page."""
    parts: list[Markup] = []
    if page.description:
        parts.append(_meta("description", page.description))
    if page.noindex or page.kind in ("error", "protected"):
        parts.append(_meta("robots", "noindex"))
    if page.canonical:
        parts.append(_link("canonical", page.canonical))
    if page.archive is not None and page.previous is not None:
        parts.append(_link("prev", absolute(page.previous.url)))
    if page.archive is not None and page.next is not None:
        parts.append(_link("next", absolute(page.next.url)))
    for feed in page.feeds:
        link = '<link rel="alternate" type="{}" title="{}" href="{}">'
        parts.append(Markup(link).format(feed.type, feed.title, absolute(feed.url)))
    parts.append(Markup('<link rel="icon" href="/favicon.ico" type="image/svg+xml">'))
    parts.append(styles.markup)
    parts.append(json_ld(page, site_title, absolute))
    return Markup("\n").join(part for part in parts if part)


def _meta(name: str, content: str) -> Markup:
    return Markup('<meta name="{}" content="{}">').format(name, content)


def _link(rel: str, url: str) -> Markup:
    return Markup('<link rel="{}" href="{}">').format(rel, escape(url))
