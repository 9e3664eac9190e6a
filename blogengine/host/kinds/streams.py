"""Stream sources: lists of other things than posts, or of posts that no archive holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from blogengine.guard import Guard
from blogengine.host.kinds.kind import (
    Kind,
    Owned,
    check_call,
    check_text,
    must_be,
    or_fault,
    prefixed,
    unique,
)
from blogengine.routes import RATE
from blogengine.streams import Stream, StreamSource


def check(plugin: str, values: list[StreamSource], others: list[Owned[StreamSource]]) -> None:
    for value in values:
        what = f"The stream source {value.name!r}"
        prefixed(plugin, "stream source", value.name)
        check_text(what, rule=value.rule)
        check_call(f"{what}: find", value.find)
        fits = value.rule.startswith("/") and value.rule.endswith("/") and len(value.rule) > 1
        must_be(fits, f"{what}: the rule {value.rule!r} must begin and end with a slash.")
        limit = value.limit is None or (
            isinstance(value.limit, str) and RATE.fullmatch(value.limit)
        )
        must_be(limit, f'{what}: {value.limit!r} is no limit; write one such as "20/minute".')
    unique("stream source", values, others)


def guarded(plugin: str, value: StreamSource, guard: Guard) -> StreamSource:
    find = or_fault(plugin, f"stream source {value.name}", guard, _as_stream(value.find))
    return replace(value, find=find)


def _as_stream(find: Callable[..., Any]) -> Callable[..., Stream | None]:
    """Look inside the guard that what a source returns is a stream."""

    def stream(*args: Any, **address: Any) -> Stream | None:
        found = find(*args, **address)
        if found is not None and not isinstance(found, Stream):
            raise TypeError(f"it returned {type(found).__name__}, not a Stream")
        return found

    return stream


def gather(owned: list[Owned[StreamSource]]) -> Mapping[str, object]:
    return {"streams": tuple(source for _plugin, source in owned)}


STREAMS = Kind("register_streams", StreamSource, check, guarded, gather)
