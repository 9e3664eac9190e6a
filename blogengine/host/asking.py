"""Request hooks bound once, with the name of who answers: pluggy's list of answers doesn't say.

A hook that nobody implements is an empty tuple, which costs a page one test.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from blogengine.hookspecs.markers import PROJECT
from blogengine.host.loading import Host

if TYPE_CHECKING:
    from types import ModuleType

    from blogengine.site import Site
    from blogengine.values import Page

Askers = tuple[tuple[str, Callable[["Page"], Any]], ...]
"""Names of plugins, by name, each with its guarded answer to a page."""


def askers(
    host: Host, site: Site, hook: str, checked: Callable[[Any], Any], neutral: object
) -> Askers:
    """Return who implements a hook that gets a page.

    `checked` turns an answer into what the engine uses and raises for one it can't use; both
    happen inside the guard, so a wrong answer is the plugin's fault and becomes `neutral`.
    """
    found = []
    for name in sorted(host.loaded):
        function = implementation(host.loaded[name].module, hook)
        if function is not None:
            bound = _bound(function, site, checked)
            found.append((name, host.guard.wrap(name, hook, bound, neutral)))
    return tuple(found)


def implementation(module: ModuleType, hook: str) -> Callable[..., Any] | None:
    """Return a module's own implementation of a hook, as its author wrote it."""
    for name, item in vars(module).items():
        mark = getattr(item, f"{PROJECT}_impl", None) if inspect.isroutine(item) else None
        if mark is not None and (mark.get("specname") or name) == hook:
            found: Callable[..., Any] = item
            return found
    return None


def _bound(
    function: Callable[..., Any], site: Site, checked: Callable[[Any], Any]
) -> Callable[[Page], Any]:
    wanted = inspect.signature(function).parameters
    given = {"site": site} if "site" in wanted else {}
    with_page = "page" in wanted

    def answer(page: Page) -> Any:
        return checked(function(**given, page=page) if with_page else function(**given))

    return answer
