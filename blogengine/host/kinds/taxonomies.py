"""Taxonomies: ways to sort posts beside tags, each with its own archives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from blogengine.guard import Guard
from blogengine.host.kinds.kind import Kind, Owned, check_text, must_be
from blogengine.taxonomies import ORDERS, TAG, Taxonomy

WORD = re.compile(r"[a-z][a-z0-9_]{0,29}")
PATH = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
TAKEN = frozenset(("admin api author feed media page search static tag tags").split())
"""First segments of addresses that are somebody else's."""


def check(
    plugin: str,  # noqa: ARG001
    values: list[Taxonomy],
    others: list[Owned[Taxonomy]],
) -> None:
    names = {TAG.name: "", **{one.name: f", by the plugin {owner}" for owner, one in others}}
    paths = {TAG.path, *(one.path for _owner, one in others)}
    for one in values:
        what = f"The taxonomy {one.name!r}"
        check_text(what, name=one.name, title=one.title, plural=one.plural, path=one.path)
        check_text(what, index=one.index)
        must_be(WORD.fullmatch(one.name), f"{what}: its name must be one small word.")
        must_be(PATH.fullmatch(one.path), f"{what} can't stand at {one.path!r}.")
        must_be(one.path not in TAKEN, f"{what} can't stand at {one.path!r}: that is taken.")
        must_be(one.order in ORDERS, f"{what}: there is no order {one.order!r}.")
        owner = names.get(one.name, "")
        must_be(one.name not in names, f"There is already a taxonomy {one.name!r}{owner}.")
        must_be(one.path not in paths, f"There is already a taxonomy at {one.path!r}.")
        names[one.name] = ""
        paths.add(one.path)


def guarded(plugin: str, value: Taxonomy, guard: Guard) -> Taxonomy:
    if not callable(value.rolls_up):
        return value
    return replace(value, rolls_up=guard.wrap(plugin, "taxonomy", value.rolls_up, False))


def gather(owned: list[Owned[Taxonomy]]) -> Mapping[str, object]:
    return {"taxonomies": tuple(one for _plugin, one in owned)}


TAXONOMIES = Kind("register_taxonomies", Taxonomy, check, guarded, gather)
