"""`site.hooks`: calling hooks with `site` filled in; a hook nobody implements costs nothing."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pluggy

from blogengine.guard import EVENT, PART, Guard
from blogengine.hookspecs import MODULES
from blogengine.hookspecs.markers import PROJECT

if TYPE_CHECKING:
    from types import ModuleType

    from blogengine.site import Site


class Hooks:
    """The hooks of one app, each with its guarded implementations.

    An attribute is the call: `hooks.on_post_saved(change=…)` returns the answers as a list,
    without those that were None.
    """

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self._manager = pluggy.PluginManager(PROJECT)
        self._site: Site | None = None
        for module in MODULES:
            self._manager.add_hookspecs(module)

    def bind(self, site: Site) -> None:
        """Say which site the hooks get; done once, at the end of the app build."""
        self._site = site

    def add(self, name: str, module: ModuleType) -> None:
        """Register a plugin's module and guard each of its implementations.

        Raises pluggy.PluginValidationError when an implementation asks for an argument that its
        hook doesn't have.
        """
        self._manager.register(module, name)
        for caller in self._manager.get_hookcallers(module) or ():
            for implementation in caller.get_hookimpls():
                if implementation.plugin is module:
                    function, limit = implementation.function, PART
                    if caller.name.startswith("on_"):
                        function, limit = _told(function), EVENT
                    guarded = self.guard.wrap(name, caller.name, function, limit=limit)
                    implementation.function = guarded  # type: ignore[misc]  # tested: it holds

    def remove(self, name: str) -> None:
        """Take a plugin's implementations out again."""
        self._manager.unregister(name=name)

    def has(self, name: str) -> bool:
        """Whether a plugin of this name is registered."""
        return self._manager.has_plugin(name)

    def names(self) -> tuple[str, ...]:
        """Return the names of all specified hooks."""
        return tuple(
            sorted(
                name
                for module in MODULES
                for name, item in vars(module).items()
                if hasattr(item, f"{PROJECT}_spec")
            )
        )

    def used_by(self, name: str) -> tuple[str, ...]:
        """Return the hooks that a plugin implements."""
        module = self._manager.get_plugin(name)
        callers = self._manager.get_hookcallers(module) if module is not None else None
        return tuple(sorted(caller.name for caller in callers or ()))

    def ask(self, plugin: str, hook: str, **arguments: Any) -> Any:
        """Call one plugin's implementation of a hook; None when it has none.

        Used while the app is built, when it matters who answered; errors pass, since a plugin
        that can't register is to be marked failed.
        """
        caller = getattr(self._manager.hook, hook)
        for implementation in caller.get_hookimpls():
            if implementation.plugin_name == plugin:
                given = {"site": self._site, **arguments}
                function = getattr(implementation.function, "__wrapped__")  # noqa: B009
                return function(*(given[name] for name in implementation.argnames))
        return None

    def unknown(self) -> list[tuple[str, str]]:
        """Return (plugin, hook) of implementations whose hook nobody specified."""
        found = []
        for name, plugin in self._manager.list_name_plugin():
            for attribute, value in vars(plugin).items():
                marked = inspect.isroutine(value) and hasattr(value, f"{PROJECT}_impl")
                if marked and attribute not in self.names():
                    found.append((name, attribute))
        return found

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        caller = getattr(self._manager.hook, name)
        if not caller.get_hookimpls():
            return _nobody
        site = self._site

        def call(**arguments: Any) -> Any:
            return caller(site=site, **arguments)

        return call


def _told(function: Callable[..., object]) -> Callable[..., None]:
    """Look inside the guard that nothing is returned where nobody would read it."""

    @functools.wraps(function)
    def told(*args: object) -> None:
        answer = function(*args)
        if answer is not None:
            raise TypeError(f"it returned {type(answer).__name__}, but nobody reads an answer")

    return told


def _nobody(**_arguments: Any) -> list[Any]:
    return []
