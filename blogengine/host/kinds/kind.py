"""What a kind of registered value is: the hook that asks for it, its checks, its guard."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from blogengine.errors import PluginFault
from blogengine.guard import Guard
from blogengine.host.loading import Unfit

V = TypeVar("V")

Owned = tuple[str, V]
"""A plugin's name and a value that it registered."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[V]):
    """One kind of value that plugins register.

    `check(plugin, values, others)` raises Unfit for values of one plugin that can't stand beside
    the `others` registered before. `guarded(plugin, value, guard)` returns the value with every
    function of it guarded. `gather(owned)` returns the fields of Contributions that hold them.
    `complete(plugin, folder, values)` reads what the values name in the plugin's folder.
    """

    hook: str
    value: type[V] | tuple[type[V], ...]
    check: Callable[[str, list[V], list[Owned[V]]], None]
    guarded: Callable[[str, V, Guard], V]
    gather: Callable[[list[Owned[V]]], Mapping[str, object]]
    complete: Callable[[str, Path | None, list[V]], list[V]] = lambda _plugin, _folder, values: (
        values
    )

    @property
    def wanted(self) -> str:
        """The names of what the hook returns, for a sentence."""
        kinds = self.value if isinstance(self.value, tuple) else (self.value,)
        return " or ".join(kind.__name__ for kind in kinds)


def must_be(condition: object, sentence: str) -> None:
    """Raise Unfit with a sentence unless the condition holds."""
    if not condition:
        raise Unfit("failed", sentence)


def check_text(what: str, **texts: object) -> None:
    """Refuse fields that must be texts and aren't."""
    for name, text in texts.items():
        must_be(isinstance(text, str), f"{what}: {name} must be a text, not {text!r}.")


def check_call(what: str, function: object) -> None:
    """Refuse a field that must be a function and isn't."""
    must_be(callable(function), f"{what} must be a function, not {function!r:.80}.")


def unique(kind: str, values: Iterable[Any], others: Iterable[Owned[Any]]) -> None:
    """Refuse a name that stands twice, here or with another plugin."""
    taken = {value.name: plugin for plugin, value in others}
    for value in values:
        name = value.name
        owner = taken.get(name)
        by = f", by the plugin {owner}" if owner else ""
        must_be(name not in taken, f"There is already a {kind} called {name!r}{by}.")
        taken[name] = ""


def prefixed(plugin: str, what: str, name: object) -> None:
    """Refuse a name that is neither the plugin's own nor begins with it."""
    fits = isinstance(name, str) and (name == plugin or name.startswith(f"{plugin}_"))
    must_be(fits, f"The {what} {name!r} must be called {plugin} or begin with {plugin}_.")


def or_fault(
    plugin: str, what: str, guard: Guard, function: Callable[..., Any]
) -> Callable[..., Any]:
    """Guard a function that has to answer: no neutral value stands in, the request says so."""
    missing = object()
    guarded = guard.wrap(plugin, what, function, missing, answers=True)

    def answering(*args: Any, **kwargs: Any) -> Any:
        answer = guarded(*args, **kwargs)
        if answer is missing:
            raise PluginFault(
                f"The plugin {plugin} couldn't answer this request.",
                code="plugin-fault",
                action="The rest of the site works; its operator finds the error in the log.",
            )
        return answer

    answering.__name__ = getattr(function, "__name__", "view")
    return answering
