"""Post extras: one call for all posts of a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from blogengine.contributions import PostExtra
from blogengine.guard import Guard
from blogengine.host.kinds.kind import Kind, Owned, check_call, must_be, prefixed, unique

VIEWS = frozenset({"list", "post"})
NOTHING: Mapping[int, object] = {}


def check(plugin: str, values: list[PostExtra], others: list[Owned[PostExtra]]) -> None:
    for extra in values:
        prefixed(plugin, "extra", extra.name)
        check_call(f"The extra {extra.name!r}: load", extra.load)
        sound = isinstance(extra.views, frozenset | set) and extra.views <= VIEWS
        must_be(sound, f"The extra {extra.name!r}: views must be a set of 'list' and 'post'.")
    unique("extra", values, others)


def guarded(plugin: str, extra: PostExtra, guard: Guard) -> PostExtra:
    load = guard.wrap(plugin, f"extra {extra.name}", _as_mapping(extra.load), NOTHING)
    return replace(extra, load=load)


def _as_mapping(load: Callable[..., Any]) -> Callable[..., dict[int, object]]:
    """Let an extra's answer become a dictionary inside its guard."""
    return lambda *args: dict(load(*args) or {})


def gather(owned: list[Owned[PostExtra]]) -> Mapping[str, object]:
    return {"extras": tuple(extra for _plugin, extra in owned)}


EXTRAS = Kind("register_post_extras", PostExtra, check, guarded, gather)
