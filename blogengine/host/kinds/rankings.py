"""Rankings: numbers of posts by which the archive of a term can be sorted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from blogengine.guard import Guard
from blogengine.host.kinds.kind import Kind, Owned, check_call, check_text, must_be, unique
from blogengine.taxonomies import ORDERS, Ranking

MOST = 2**40


def check(
    plugin: str,  # noqa: ARG001
    values: list[Ranking],
    others: list[Owned[Ranking]],
) -> None:
    for value in values:
        what = f"The ranking {value.name!r}"
        check_text(what, name=value.name, title=value.title)
        must_be(value.name.isidentifier(), f"{what}: its name must be one word.")
        must_be(value.name not in ORDERS, f"{what}: the engine has an order of that name.")
        check_call(f"{what}: count", value.count)
    unique("ranking", values, others)


def guarded(plugin: str, value: Ranking, guard: Guard) -> Ranking:
    count = guard.wrap(plugin, f"ranking {value.name}", _numbers(value.count), None)
    return replace(value, count=count)


def _numbers(count: Callable[..., Any]) -> Callable[..., Mapping[int, int]]:
    """Look inside the guard that a ranking returns what can be sorted by."""

    def counted(site: Any, posts: Sequence[int]) -> Mapping[int, int]:
        found = dict(count(site, posts) or {})
        return {post: max(-MOST, min(int(found.get(post, 0)), MOST)) for post in posts}

    return counted


def gather(owned: list[Owned[Ranking]]) -> Mapping[str, object]:
    return {"rankings": {one.name: one for _plugin, one in owned}}


RANKINGS = Kind("register_rankings", Ranking, check, guarded, gather)
