"""The part of schema.org that pages use, checked as a search engine would read it.

The table names, for each type, the properties our pages may give it and what each may hold: other
types of the table, "Text", "URL", "DateTime" or "Integer". It was written down from the vocabulary,
which is at home at schema.org; a property that isn't here is either wrong or wants to be added.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

THING: dict[str, tuple[str, ...]] = {
    "name": ("Text",),
    "url": ("URL",),
    "description": ("Text",),
    "image": ("URL",),
    "mainEntityOfPage": ("URL",),
}
WORK: dict[str, tuple[str, ...]] = THING | {
    "about": ("Person",),
    "author": ("Person",),
    "dateModified": ("DateTime",),
    "datePublished": ("DateTime",),
    "headline": ("Text",),
    "inLanguage": ("Text",),
    "isPartOf": ("Blog", "URL"),
    "keywords": ("Text",),
    "mainEntity": ("ItemList",),
}
LIST: dict[str, tuple[str, ...]] = THING | {
    "itemListElement": ("ListItem",),
    "itemListOrder": ("URL",),
    "numberOfItems": ("Integer",),
}
TYPES: dict[str, dict[str, tuple[str, ...]]] = {
    "Blog": WORK,
    "BlogPosting": WORK | {"wordCount": ("Integer",)},
    "BreadcrumbList": LIST,
    "CollectionPage": WORK | {"breadcrumb": ("BreadcrumbList",)},
    "ItemList": LIST,
    "ListItem": THING | {"item": ("URL",), "position": ("Integer",)},
    "Person": THING,
}
NEEDED = {
    "Blog": {"name", "url"},
    "BlogPosting": {"headline", "url", "datePublished", "dateModified", "mainEntityOfPage"},
    "BreadcrumbList": {"itemListElement"},
    "CollectionPage": {"name", "url", "mainEntity"},
    "ItemList": {"itemListElement", "numberOfItems"},
    "ListItem": {"position", "name"},
    "Person": {"name", "url"},
}
"""What readers of the data ask for."""


def faults(data: Any, where: str = "") -> list[str]:
    """Return what is wrong with a block of structured data, a sentence each."""
    if data.get("@context", "https://schema.org") != "https://schema.org":
        return [f"{where}: another context"]
    if "@graph" in data:
        return [fault for one in data["@graph"] for fault in faults(one, f"{where}/graph")]
    kind = data.get("@type")
    if kind not in TYPES:
        return [f"{where}: no type {kind!r}"]
    where = f"{where}/{kind}"
    found = [f"{where}: needs {name}" for name in sorted(NEEDED[kind] - data.keys())]
    for name, value in data.items():
        if name.startswith("@"):
            continue
        if name not in TYPES[kind]:
            found.append(f"{where}: no property {name!r}")
            continue
        for one in value if isinstance(value, list) else [value]:
            found += _wrong(one, TYPES[kind][name], f"{where}.{name}")
    if kind in ("ItemList", "BreadcrumbList"):
        positions = [item.get("position") for item in data.get("itemListElement", ())]
        if positions != list(range(1, len(positions) + 1)):
            found.append(f"{where}: positions {positions}")
    if kind == "ItemList" and data.get("numberOfItems") != len(data.get("itemListElement", ())):
        found.append(f"{where}: another number of items")
    return found


def _wrong(value: Any, wanted: tuple[str, ...], where: str) -> list[str]:
    if isinstance(value, dict):
        if value.get("@type") in wanted:
            return faults(value, where)
        return [f"{where}: a {value.get('@type')}, not {' or '.join(wanted)}"]
    if any(_fits(value, kind) for kind in wanted):
        return []
    return [f"{where}: {value!r} is no {' or '.join(wanted)}"]


def _fits(value: Any, kind: str) -> bool:
    if kind == "Integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if not isinstance(value, str) or not value:
        return False
    if kind == "URL":
        return urlsplit(value).scheme in ("http", "https") and bool(urlsplit(value).netloc)
    if kind == "DateTime":
        return datetime.fromisoformat(value).tzinfo is not None
    return kind == "Text"
