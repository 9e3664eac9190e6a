"""Guarded calls that are under way, and the two ways in which the watch ends one."""

from __future__ import annotations

from contextvars import Token
from dataclasses import dataclass

from blogengine.errors import PluginFault
from blogengine.guard.flights import Call
from blogengine.guard.limits import Limit


class PluginHung(BaseException):
    """Raised inside a call that has hung, where that is possible; only the guard catches it."""


@dataclass(slots=True)
class Running:
    """A guarded call that is under way: when it began (nanoseconds), where its process was.

    `nested_time` and `nested_size` are what other plugins' calls inside it took: a theme isn't
    slow because of a widget on its page.
    """

    call: Call
    limit: Limit
    loading: bool
    thread: int
    slot: int
    outer: Running | None
    largest: int
    began: int
    token: Token[Running | None] | None = None
    nested_time: int = 0
    nested_size: int = 0
    hung: bool = False
    over: bool = False


class TooHeavy(PluginFault):
    """Loading a plugin took too long or too much memory."""

    def __init__(self, said: str) -> None:
        super().__init__(
            f"{said}.",
            code="plugin-too-heavy",
            action="Report it to its author; the site runs without it.",
        )
