"""The pluggy markers: `hookspec` for words, `hookimpl` for plugins' answers; and further marks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pluggy

PROJECT = "blogengine"
REJECTABLE = f"{PROJECT}_rejectable"

F = TypeVar("F", bound=Callable[..., Any])

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


def rejectable(spec: F) -> F:
    """Mark a hook whose implementations may raise Reject; they are called one by one."""
    setattr(spec, REJECTABLE, True)
    return spec
