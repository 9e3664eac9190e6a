"""`site.hooks`: calling hooks with `site` filled in; a hook nobody implements costs nothing."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pluggy

from blogengine.errors import Reject
from blogengine.guard import EVENT, PART, WRITING, Guard
from blogengine.hookspecs import MODULES
from blogengine.hookspecs.markers import PROJECT, Closed
from blogengine.hookspecs.specs import HookSpec, specs_in

if TYPE_CHECKING:
    from types import ModuleType

    from blogengine.site import Site

Within = Callable[[Callable[[], Any]], Any]
"""Gets a call to make, and makes it within something: a savepoint, a check of its answer."""


@dataclass(frozen=True, slots=True)
class Implementation:
    """One plugin's guarded answer to a hook whose implementations are called one by one."""

    plugin: str
    call: Callable[..., Any]
    arguments: tuple[str, ...]
    site: Site | None

    def __call__(self, within: Within, **given: Any) -> Any:
        """Call it inside its guard and `within` something; None when it failed.

        Raises Reject.
        """
        known = {"site": self.site, **given}
        return self.call(within, *(known[name] for name in self.arguments))


class Hooks:
    """The hooks of one app, each with its guarded implementations.

    An attribute is the call: `hooks.on_post_saved(change=…)` returns the answers as a list,
    without those that were None. Hooks that plugins offer to others are called the same way.
    """

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self._manager = pluggy.PluginManager(PROJECT)
        self._site: Site | None = None
        self._specs: dict[str, HookSpec] = {}
        for module in MODULES:
            self._manager.add_hookspecs(module)
            self._specs |= {spec.name: spec for spec in specs_in(module)}

    def bind(self, site: Site) -> None:
        """Say which site the hooks get; done once, at the end of the app build."""
        self._site = site

    def add(self, name: str, module: ModuleType) -> None:
        """Register a plugin's module and guard each of its implementations.

        Raises pluggy.PluginValidationError when an implementation asks for an argument that its
        hook doesn't have, ValueError for a wrapper: plugins don't stand around each other.
        """
        self._manager.register(module, name)
        for caller in self._manager.get_hookcallers(module) or ():
            for implementation in caller.get_hookimpls():
                if implementation.plugin is module:
                    self._guard(name, caller.name, implementation)

    def _guard(self, plugin: str, hook: str, implementation: pluggy.HookImpl) -> None:
        if implementation.wrapper or implementation.hookwrapper:
            raise ValueError(f"{hook} is a wrapper; write a plain function that answers it")
        spec = self._specs.get(hook)
        if spec is None:  # nobody calls it
            return
        function, limit, passing = implementation.function, PART, ()
        if spec.event:
            limit = WRITING if spec.inside else EVENT
        if spec.told:
            function = _told(function)
        if spec.closed:
            function = spec.closed.checked(function)
        if spec.rejectable:
            function, passing = _within(function), (Reject,)  # type: ignore[assignment]
        neutral = spec.closed.value if spec.closed else None
        guarded = self.guard.wrap(plugin, hook, function, neutral, limit=limit, passing=passing)
        implementation.function = guarded  # type: ignore[misc]  # tested: it holds

    def remove(self, name: str) -> None:
        """Take a plugin's implementations out again, and the hooks it offers."""
        self._manager.unregister(name=name)
        self._specs = {hook: spec for hook, spec in self._specs.items() if spec.owner != name}

    def misfits(self, owner: str, offered: ModuleType) -> dict[str, str]:
        """Return the plugins that answer one of these hooks wrongly, each with a sentence.

        Raises ValueError when the hooks themselves can't be offered.
        """
        specs = {spec.name: spec for spec in specs_in(offered, owner)}
        if not specs:
            raise ValueError(f"{offered.__name__} specifies no hook")
        for hook, spec in specs.items():
            if "site" not in spec.arguments:
                raise ValueError(f"the hook {hook} must have the argument site")
            if not hook.startswith(f"{owner}_"):
                raise ValueError(f"the hook {hook} must begin with {owner}_")
            if hook in self._specs:
                raise ValueError(f"there is a hook {hook} already")
        found = {}
        for plugin, module in self._manager.list_name_plugin():
            for caller in self._manager.get_hookcallers(module) or ():
                for one in caller.get_hookimpls() if caller.name in specs else ():
                    unknown = set(one.argnames).difference(specs[caller.name].arguments)
                    if one.plugin is module and unknown:
                        named = ", ".join(sorted(unknown))
                        found[plugin] = f"{caller.name} has no argument {named}."
        return found

    def offer(self, owner: str, offered: ModuleType) -> None:
        """Add the hooks that a plugin offers to others, and guard what answers them."""
        specs = {spec.name: spec for spec in specs_in(offered, owner)}
        self._manager.add_hookspecs(offered)
        self._specs |= specs
        for hook in specs:
            for implementation in getattr(self._manager.hook, hook).get_hookimpls():
                self._guard(implementation.plugin_name, hook, implementation)

    def offered_by(self, name: str) -> tuple[str, ...]:
        """Return the hooks that a plugin offers to others."""
        return tuple(sorted(hook for hook, spec in self._specs.items() if spec.owner == name))

    def has(self, name: str) -> bool:
        """Whether a plugin of this name is registered."""
        return self._manager.has_plugin(name)

    def names(self) -> tuple[str, ...]:
        """Return the names of all specified hooks."""
        return tuple(sorted(self._specs))

    def arguments(self) -> dict[str, frozenset[str]]:
        """Return the specified hooks, each with the arguments it has."""
        return {name: frozenset(spec.arguments) for name, spec in self._specs.items()}

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

    def implementations(self, hook: str) -> tuple[Implementation, ...]:
        """Return who answers a hook that is called one by one, in the order of the calls."""
        found = getattr(self._manager.hook, hook).get_hookimpls()
        return tuple(
            Implementation(one.plugin_name, one.function, tuple(one.argnames), self._site)
            for one in reversed(found)
        )

    def unknown(self) -> list[tuple[str, str]]:
        """Return (plugin, hook) of implementations whose hook nobody specified."""
        found = []
        for name, plugin in self._manager.list_name_plugin():
            for attribute, value in vars(plugin).items():
                marked = inspect.isroutine(value) and hasattr(value, f"{PROJECT}_impl")
                if marked and attribute not in self._specs:
                    found.append((name, attribute))
        return found

    def _ask_everybody(self, spec: HookSpec, closed: Closed, **arguments: Any) -> Any:
        given = {"site": self._site, **arguments}
        answers = [
            one.call(*(given[name] for name in one.arguments))
            for one in self.implementations(spec.name)
        ]
        answers = [answer for answer in answers if answer is not None]
        return closed.one_of(answers) if spec.first else answers

    def __getattr__(self, name: str) -> Any:
        spec = None if name.startswith("_") else self._specs.get(name)
        if spec is None or spec.rejectable:
            raise AttributeError(f"There is no hook {name} to call.")
        caller = getattr(self._manager.hook, name)
        if not caller.get_hookimpls():
            return _nobody_first if spec.first else _nobody
        if spec.closed is not None:
            return functools.partial(self._ask_everybody, spec, spec.closed)
        site = self._site

        def call(**arguments: Any) -> Any:
            return caller(site=site, **arguments)

        return call


def _nobody_first(**_arguments: Any) -> None:
    return None


def _told(function: Callable[..., object]) -> Callable[..., None]:
    """Look inside the guard that nothing is returned where nobody would read it."""

    @functools.wraps(function)
    def told(*args: object) -> None:
        answer = function(*args)
        if answer is not None:
            raise TypeError(f"it returned {type(answer).__name__}, but nobody reads an answer")

    return told


def _within(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let the caller say what stands around the call, inside the guard."""

    @functools.wraps(function)
    def called(within: Within, *args: Any) -> Any:
        return within(lambda: function(*args))

    return called


def _nobody(**_arguments: Any) -> list[Any]:
    return []
