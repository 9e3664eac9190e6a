"""Sharing: title, text and picture that other sites show beside a link (Open Graph)."""

from __future__ import annotations

from collections.abc import Iterator

from blogengine.api import (
    LIST_KINDS,
    Blueprint,
    MetaTag,
    Page,
    Plugin,
    Post,
    Site,
    SiteSettings,
    hookimpl,
)
from blogengine_plugins.sharing import cards
from blogengine_plugins.sharing.settings import SharingSettings

plugin = Plugin(summary=__doc__, api=1, settings=SharingSettings)

TOLD = LIST_KINDS | {"post", "page", "terms"}
UNSURE = 50
"""The order of a picture that another plugin may know better."""


@hookimpl
def page_meta(site: Site, page: Page) -> Iterator[MetaTag]:
    """Say of a page what it is called, what it is about, and how it looks."""
    if page.kind not in TOLD or not page.canonical:
        return
    post, settings = page.post, site.settings(SiteSettings)
    told = {
        "og:title": page.heading,
        "og:type": "article" if page.kind == "post" else "website",
        "og:url": page.canonical,
        "og:site_name": settings.title,
        "og:description": page.description,
    }
    if post is not None and post.seo_title:
        told["og:title"] = post.seo_title
    if page.kind == "author":
        told["og:type"] = "profile"
    if page.kind == "post" and post is not None and post.published_at:
        told["article:published_time"] = post.published_at.isoformat(timespec="seconds")
        told["article:modified_time"] = post.updated_at.isoformat(timespec="seconds")
    for name, content in told.items():
        if content:
            yield MetaTag(name, content, property=True)
    yield from _pictures(site, page)
    if account := site.settings(SharingSettings).twitter_site:
        yield MetaTag("twitter:site", account)


def _pictures(site: Site, page: Page) -> Iterator[MetaTag]:
    image = ""
    if page.post is not None:
        image = page.post.featured_image
        if not image and page.kind == "post" and drawn_for(site, page.post):
            yield MetaTag("og:image:width", "1200", property=True, order=UNSURE)
            yield MetaTag("og:image:height", "630", property=True, order=UNSURE)
            yield MetaTag("og:image:alt", page.heading, property=True, order=UNSURE)
            image = cards.card_path(site, page.post)
    elif page.archive is not None and len(page.archive.terms) == 1:
        image = page.archive.terms[0].image
    if image:
        address = site.absolute(image) if image.startswith("/") else image
        yield MetaTag("og:image", address, property=True, order=UNSURE)
    yield MetaTag("twitter:card", "summary_large_image" if image else "summary")


def drawn_for(site: Site, post: Post) -> bool:
    """Whether a post gets a picture of ours."""
    return post.public and site.settings(SharingSettings).cards


@hookimpl
def register_blueprints() -> list[Blueprint]:
    """The pictures, below `/cards/`."""
    return [cards.blueprint]
