"""Template helpers: filters, tests and functions, found under the plugin's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from jinja2 import Environment

from blogengine.dressing import TemplateHelper
from blogengine.guard import Guard
from blogengine.host.kinds.kind import Kind, Owned, check_call, must_be, prefixed

NEUTRAL = {"filter": "", "test": False, "global": ""}
BARE = Environment()
KNOWN = frozenset(
    (
        *"date head iso page plugins plural post region site static term title".split(),
        *(*BARE.filters, *BARE.tests, *BARE.globals),
    )
)
"""Names that every template has: Jinja's, and what the engine's pages are given."""


def check(plugin: str, values: list[TemplateHelper], others: list[Owned[TemplateHelper]]) -> None:
    taken = {(helper.kind, helper.name) for _plugin, helper in others}
    for helper in values:
        prefixed(plugin, "template helper", helper.name)
        what = f"The template helper {helper.name!r}"
        must_be(helper.name.isidentifier(), f"{what} can't be written in a template.")
        must_be(helper.kind in NEUTRAL, f"{what}: kind must be one of {', '.join(NEUTRAL)}.")
        check_call(f"{what}: function", helper.function)
        must_be(helper.name not in KNOWN, f"{what} would replace one that every template has.")
        key = (helper.kind, helper.name)
        must_be(key not in taken, f"There is already a {helper.kind} called {helper.name!r}.")
        taken.add(key)


def guarded(plugin: str, helper: TemplateHelper, guard: Guard) -> TemplateHelper:
    neutral = NEUTRAL[helper.kind]
    sound = _sound(helper.function, neutral)
    what = f"{helper.kind} {helper.name}"
    return replace(helper, function=guard.wrap(plugin, what, sound, neutral))


def _sound(function: Callable[..., Any], neutral: object) -> Callable[..., Any]:
    """Look at an answer inside the guard. Jinja's own marks on the function are left behind."""

    def sound(*args: Any, **kwargs: Any) -> Any:
        made = function(*args, **kwargs)
        if isinstance(neutral, bool):
            return bool(made)
        if isinstance(made, str):
            made.encode("utf-8")  # a lone surrogate would break the whole page
        return neutral if made is None else made

    return sound


def gather(owned: list[Owned[TemplateHelper]]) -> Mapping[str, object]:
    return {"helpers": tuple(helper for _plugin, helper in owned)}


HELPERS = Kind("register_template_helpers", TemplateHelper, check, guarded, gather)
