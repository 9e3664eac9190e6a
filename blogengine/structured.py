"""Structured data for search engines (schema.org, as JSON-LD)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from markupsafe import Markup

from blogengine.contributions import LIST_KINDS
from blogengine.tags import json_script
from blogengine.values import Archive, Author, Link, Page, Post

Absolute = Callable[[str], str]
CONTEXT = "https://schema.org"


def json_ld(page: Page, site_title: str, absolute: Absolute) -> Markup:
    """Return the script block of a page; empty for kinds that have nothing to say.

    Lists are a CollectionPage whose ItemList has the posts in page order; a post is a
    BlogPosting. Both have the way to them from the home page as a BreadcrumbList.
    """
    if page.kind in LIST_KINDS and page.posts:
        return json_script({"@context": CONTEXT, **_collection(page, site_title, absolute)})
    if page.kind == "post" and page.post is not None:
        parts = [_posting(page.post, site_title, absolute), _way(_to_post(page.post), absolute)]
        return json_script({"@context": CONTEXT, "@graph": parts})
    return Markup("")


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
    listed: dict[str, Any] = {
        "@type": "ItemList",
        "numberOfItems": len(items),
        "itemListElement": items,
    }
    archive = page.archive
    if archive is not None and archive.order == "newest" and not archive.pins:
        listed["itemListOrder"] = f"{CONTEXT}/ItemListOrderDescending"
    data: dict[str, Any] = {
        "@type": "CollectionPage",
        "name": page.heading,
        "url": page.canonical,
        "isPartOf": {"@type": "Blog", "name": site_title, "url": absolute("/")},
        "mainEntity": listed,
    }
    if archive is not None and archive.kind != "home":
        data["breadcrumb"] = _way(_to_archive(archive), absolute)
        if archive.author is not None:
            data["about"] = _person(archive.author, absolute)
    return data


def _posting(post: Post, site_title: str, absolute: Absolute) -> dict[str, Any]:
    url = absolute(post.url)
    data: dict[str, Any] = {
        "@type": "BlogPosting",
        "headline": post.display_title,
        "url": url,
        "mainEntityOfPage": url,
        "author": [_person(author, absolute) for author in post.authors],
        "datePublished": _moment(post),
        "dateModified": post.updated_at.isoformat(timespec="seconds"),
        "keywords": [term.name for term in post.tags],
        "wordCount": post.words,
        "description": post.seo_description or post.excerpt,
        "inLanguage": post.language,
        "isPartOf": {"@type": "Blog", "name": site_title, "url": absolute("/")},
    }
    if post.featured_image:
        image = post.featured_image
        data["image"] = absolute(image) if image.startswith("/") else image
    return {name: value for name, value in data.items() if value not in ("", [], None)}


def _moment(post: Post) -> str:
    return post.published_at.isoformat(timespec="seconds") if post.published_at else ""


def _person(author: Author, absolute: Absolute) -> dict[str, Any]:
    return {"@type": "Person", "name": author.name, "url": absolute(author.url)}


def _to_archive(archive: Archive) -> Sequence[Link]:
    return (*archive.parents, Link(archive.path, archive.name))


def _to_post(post: Post) -> Sequence[Link]:
    own = Link(post.url, post.display_title)
    return (*(Link(tag.url, tag.name) for tag in post.tags[:1]), own)


def _way(links: Sequence[Link], absolute: Absolute) -> dict[str, Any]:
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": link.title,
                "item": absolute(link.url),
            }
            for position, link in enumerate((Link("/", "Home"), *links), start=1)
        ],
    }
