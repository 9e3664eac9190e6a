"""Structured data for search engines (schema.org, as JSON-LD)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from blogengine.tags import json_script
from blogengine.values import Page, Post

Absolute = Callable[[str], str]


def json_ld(page: Page, site_title: str, absolute: Absolute) -> Markup:
    """Return the script block of a page; empty for kinds that have nothing to say.

    Lists are a CollectionPage whose ItemList has the posts in page order; a post is a
    BlogPosting.
    """
    if page.kind in ("home", "term", "author", "date") and page.posts:
        data = _collection(page, site_title, absolute)
    elif page.kind == "post" and page.post is not None:
        data = {"@context": "https://schema.org", **_posting(page.post, absolute, whole=True)}
    else:
        return Markup("")
    return json_script(data)


def _collection(page: Page, site_title: str, absolute: Absolute) -> dict[str, Any]:
    items = [
        {
            "@type": "ListItem",
            "position": position,
            "url": absolute(post.url),
            "name": post.display_title,
        }
        for position, post in enumerate(page.posts, start=1)
    ]
    return {
        "@context": "https://schema.org",
        "@type": "CollectionPage",
        "name": page.heading,
        "url": page.canonical,
        "isPartOf": {"@type": "Blog", "name": site_title, "url": absolute("/")},
        "mainEntity": {
            "@type": "ItemList",
            "itemListOrder": "https://schema.org/ItemListOrderDescending",
            "numberOfItems": len(items),
            "itemListElement": items,
        },
    }


def _posting(post: Post, absolute: Absolute, *, whole: bool) -> dict[str, Any]:
    data: dict[str, Any] = {
        "@type": "BlogPosting",
        "headline": post.display_title,
        "url": absolute(post.url),
        "author": [
            {"@type": "Person", "name": author.name, "url": absolute(author.url)}
            for author in post.authors
        ],
    }
    if post.published_at is not None:
        data["datePublished"] = post.published_at.isoformat(timespec="seconds")
    if whole:
        data["dateModified"] = post.updated_at.isoformat(timespec="seconds")
        data["keywords"] = [term.name for term in post.tags]
        data["wordCount"] = post.words
        data["description"] = post.excerpt
    return data
