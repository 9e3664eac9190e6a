"""What plugins add to rendering: found again by its name in the process that renders texts."""

from __future__ import annotations

import dataclasses
import math
import sys
from typing import Any

from blogengine.host.kinds.kind import check_call, check_text, must_be


def place_of(thing: Any) -> str:
    """Return `module:name` of a function or class of a module's top level; empty without one."""
    module, name = getattr(thing, "__module__", None), getattr(thing, "__qualname__", None)
    if not isinstance(module, str) or not isinstance(name, str) or module == "__main__":
        return ""
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return f"{module}:{name}" if found is thing else ""


def check_step(what: str, value: Any, function: str) -> None:
    """Refuse what couldn't be called in a process that knows only names."""
    check_text(what, name=value.name)
    called = getattr(value, function)
    check_call(f"{what}: {function}", called)
    must_be(
        place_of(called),
        f"{what}: {function} must be a function or class on the top level of a module, because it "
        "runs in another process; a lambda or an inner function can't be found there.",
    )
    if value.settings is not None:
        sound = isinstance(value.settings, type) and dataclasses.is_dataclass(value.settings)
        must_be(sound, f"{what}: settings must be the plugin's settings dataclass.")
        must_be(place_of(value.settings), f"{what}: settings must stand on a module's top level.")


def check_order(what: str, order: object) -> None:
    """Refuse an order that can't be compared."""
    sound = isinstance(order, int | float) and math.isfinite(order)
    must_be(sound, f"{what}: order must be a number.")
