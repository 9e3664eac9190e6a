"""Tags of a page's head: the engine's own and those of plugins, each kind once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from blogengine.dressing import LinkTag, MetaTag, StructuredData

Identity = tuple[str, ...]

META_NAME = re.compile(r"[A-Za-z][A-Za-z0-9:._-]*")
REL = re.compile(r"[a-z][a-z0-9-]*( [a-z][a-z0-9-]*)*")
ADDRESS = re.compile(r"(?:https?://[^\s/]+|mailto:[^\s@]+@[^\s@]+|/(?!/)|/$)\S*")

ENGINES_OWN = frozenset({"charset", "color-scheme", "referrer", "viewport"})
"""Meta elements that decide how the page works: the templates and headers say these."""

LOADING = frozenset(
    "dns-prefetch import modulepreload preconnect prefetch preload prerender stylesheet".split()
)
"""Links that make browsers ask other hosts, which no policy covers, or that are assets."""

ONLY_ONE = frozenset({"canonical", "next", "prev"})


@dataclass(frozen=True, slots=True)
class Tag:
    """A ready element; of two with one identity the higher order is shown."""

    identity: Identity
    order: float
    markup: Markup


def meta(name: str, content: str, order: float = 0) -> Tag:
    """Return one of the engine's own meta elements."""
    markup = Markup('<meta name="{}" content="{}">').format(name, content)
    return Tag(("meta", name, ""), order, markup)


def link(rel: str, url: str, order: float = 0) -> Tag:
    """Return one of the engine's own links."""
    return Tag(("link", rel), order, Markup('<link rel="{}" href="{}">').format(rel, url))


def prepared(absolute: Callable[[str], str]) -> Callable[[Any], tuple[Tag, ...]]:
    """Return what checks and writes one plugin's answer; it raises for a value that won't do."""

    def prepare(answer: Any) -> tuple[Tag, ...]:
        return tuple(_tag(value, absolute) for value in answer or ())

    return prepare


def _tag(value: object, absolute: Callable[[str], str]) -> Tag:
    if isinstance(value, MetaTag):
        tag = _meta(value)
    elif isinstance(value, LinkTag):
        tag = _link(value, absolute)
    elif isinstance(value, StructuredData):
        tag = Tag(("data", str(id(value))), _number(value.order), json_script(value.data))
    else:
        wanted = "MetaTag, LinkTag or StructuredData"
        raise TypeError(f"it returned {type(value).__name__}, not {wanted}")
    tag.markup.encode("utf-8")  # a lone surrogate would break the whole page
    return tag


@lru_cache(maxsize=256)
def _meta(value: MetaTag) -> Tag:
    name, content, media = _texts(value.name, value.content, value.media)
    if not META_NAME.fullmatch(name) or name.lower() in ENGINES_OWN:
        raise ValueError(f"a plugin can't give a meta element called {name!r}")
    attribute = "property" if value.property else "name"
    also = Markup(' media="{}"').format(media) if media else Markup("")
    markup = Markup('<meta {}="{}" content="{}"{}>').format(Markup(attribute), name, content, also)
    return Tag(("meta", name.lower(), media), _number(value.order), markup)


def _link(value: LinkTag, absolute: Callable[[str], str]) -> Tag:
    rel, href, kind, title = _texts(value.rel, value.href, value.type, value.title)
    (language,) = _texts(value.hreflang)
    if not REL.fullmatch(rel) or LOADING & {*rel.split()}:
        raise ValueError(f"a plugin can't give a link of rel {rel!r}")
    if not ADDRESS.fullmatch(href):
        raise ValueError(f"{href!r} is no address for a link")
    url = absolute(href) if href.startswith("/") else href
    also = [
        Markup(' {}="{}"').format(Markup(name), text)
        for name, text in (("hreflang", language), ("type", kind), ("title", title))
        if text
    ]
    markup = Markup('<link rel="{}" href="{}"{}>').format(rel, url, Markup("").join(also))
    identity = ("link", rel) if rel in ONLY_ONE else ("link", rel, url, language)
    return Tag(identity, _number(value.order), markup)


def _texts(*values: object) -> tuple[str, ...]:
    for value in values:
        if not isinstance(value, str):
            raise TypeError(f"{value!r:.60} isn't a text")
    return tuple(str(value) for value in values)


def _number(order: object) -> float:
    if not isinstance(order, int | float):
        raise TypeError(f"order must be a number, not {order!r:.60}")
    return order


def json_script(data: Mapping[str, object]) -> Markup:
    """Return structured data as its script element, which runs nothing."""
    if not isinstance(data, Mapping):
        raise TypeError(f"structured data must be a mapping, not {type(data).__name__}")
    # "<" must not end the script element early; JSON knows it as an escape.
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(text))


def chosen(own: Iterable[Tag], others: Iterable[Tag]) -> list[Markup]:
    """Return the elements to show: of those with one identity the one with the highest order.

    Of equal orders the earlier one stays; plugins come by name.
    """
    found: dict[Identity, Tag] = {}
    for tag in (*own, *others):
        before = found.get(tag.identity)
        if before is None or tag.order > before.order:
            found[tag.identity] = tag
    return [tag.markup for tag in found.values()]
