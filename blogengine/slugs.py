"""Names in addresses: slugs from titles, folded keys that find equal tags, reserved words."""

from __future__ import annotations

import unicodedata

from slugify import slugify

SLUG_LENGTH = 80
"""Longest slug made from a title; a hand-written or imported one may have 200 characters."""

LONGEST_SLUG = 200

RESERVED = frozenset(
    (
        "admin api author category feed feed.json healthz media metrics page readyz robots.txt "
        "search series sitemap.xml static tag tags wp-content"
    ).split()
)
"""First path segments that pages may not take: the engine or a built-in plugin answers there."""

APOSTROPHES = str.maketrans("", "", "'’ʼ`")


def make_slug(title: str, *, length: int = SLUG_LENGTH) -> str:
    """Return the slug of a title, native letters kept; empty when nothing usable is left."""
    text = unicodedata.normalize("NFC", title).translate(APOSTROPHES)
    return slugify(text, allow_unicode=True, max_length=length, word_boundary=True, save_order=True)


def clean_slug(slug: str) -> str:
    """Return a hand-written slug made safe for an address; dots and underscores are kept."""
    text = unicodedata.normalize("NFC", slug).translate(APOSTROPHES)
    pattern = r"[^\w.-]+"
    cleaned = slugify(text, allow_unicode=True, regex_pattern=pattern, max_length=LONGEST_SLUG)
    return cleaned.strip(".-")


def fold(name: str) -> str:
    """Return the key under which equal tag names meet: case, width and spaces don't count."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def sorting_key(name: str) -> str:
    """Return the key by which names are sorted: case and accents come second to letters."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def numbered(slug: str, number: int) -> str:
    """Return the slug with `-2`, `-3`, … behind it, cut so that it still fits."""
    if number < 2:
        return slug
    ending = f"-{number}"
    return slug[: LONGEST_SLUG - len(ending)] + ending
