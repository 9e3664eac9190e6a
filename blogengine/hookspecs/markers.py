"""The pluggy markers: `hookspec` for words, `hookimpl` for plugins' answers; and further marks."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import pluggy

PROJECT = "blogengine"
REJECTABLE = f"{PROJECT}_rejectable"
CLOSED = f"{PROJECT}_closed"

F = TypeVar("F", bound=Callable[..., Any])

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


def rejectable(spec: F) -> F:
    """Mark a hook whose implementations may raise Reject; they are called one by one."""
    setattr(spec, REJECTABLE, True)
    return spec


@dataclass(frozen=True, slots=True)
class Closed:
    """How a hook fails: who can't answer it has answered `value`; `check` finds wrong answers."""

    value: Any
    check: Callable[[Any], object] | None = None

    def checked(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Look inside the guard that an answer is one; None is no answer."""

        @functools.wraps(function)
        def answer(*args: Any) -> Any:
            given = function(*args)
            if given is None:
                return None
            if self.check is not None:
                self.check(given)
            elif type(given) is not type(self.value):
                kind = type(self.value).__name__
                raise TypeError(f"it returned {type(given).__name__}, not {kind}")
            return given

        return answer

    def one_of(self, answers: Sequence[Any]) -> Any:
        """Return the answer of all together: who denies is heard before anybody who grants."""
        if any(answer is self.value or answer == self.value for answer in answers):
            return self.value
        return answers[0] if answers else None


def closed(value: object, *, check: Callable[[Any], object] | None = None) -> Callable[[F], F]:
    """Mark a hook as failing closed: who fails to answer it counts as having answered `value`.

    So does a plugin that hangs, is paused, or returns something of another type than `value`;
    with `check(answer)`, something for which that raises. Such hooks always ask everybody. With
    `@hookspec(firstresult=True)` the answer is `value` as soon as it is one of the answers, else
    the first one; otherwise all answers as a list. The mark stands above `@hookspec`.
    """

    def mark(spec: F) -> F:
        setattr(spec, CLOSED, Closed(value, check))
        return spec

    return mark
