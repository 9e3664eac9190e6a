"""Hook implementations for the length of a block."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType, ModuleType
from typing import Any

from blogengine.hookspecs import hookimpl, serving
from blogengine.site import Site

NAME = "with_hook"


@contextmanager
def temporary_hook(
    site: Site,
    hook: str | Callable[..., Any],
    answer: Callable[..., Any] | None = None,
    *,
    raises: type[BaseException] | BaseException | None = None,
) -> Iterator[None]:
    """Let a function, or an error, answer a hook beside the plugins' own implementations."""
    name = hook if isinstance(hook, str) else hook.__name__
    if name not in site.hooks.names():
        raise LookupError(f"There is no hook {name!r}; the reference lists them all.")
    if name.startswith("register_") or hasattr(serving, name):
        raise ValueError(f"Who answers {name} is found while the site is built: write a plugin.")
    module = ModuleType(NAME)
    setattr(module, name, hookimpl(_implementation(hook, answer, raises)))
    strict = site.guard.strict
    site.hooks.add(NAME, module)
    # A raising hook is there to see what visitors see, and they never get the error.
    site.guard.strict = strict and raises is None
    try:
        yield
    finally:
        site.guard.strict = strict
        site.hooks.remove(NAME)


def _implementation(
    hook: str | Callable[..., Any],
    answer: Callable[..., Any] | None,
    raises: type[BaseException] | BaseException | None,
) -> Callable[..., Any]:
    given = hook if callable(hook) else answer
    if (given is None) == (raises is None):
        raise TypeError("Give a function that answers the hook, or raises=ERROR.")
    if given is None:

        def fail() -> None:
            assert raises is not None
            raise raises

        return fail

    if not isinstance(given, FunctionType):
        raise TypeError("A hook is answered by a function; pluggy reads the names it asks for.")
    # A copy, so that the mark of a hook isn't left on the test's own function.
    parts = (given.__globals__, given.__name__, given.__defaults__, given.__closure__)
    return FunctionType(given.__code__, *parts)
