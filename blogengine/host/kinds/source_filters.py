"""Source filters: what a text goes through before Markdown."""

from __future__ import annotations

from collections.abc import Mapping

from blogengine.contributions import SourceFilter
from blogengine.guard import Guard
from blogengine.host.kinds.kind import Kind, Owned, unique
from blogengine.host.kinds.rendering import check_order, check_step


def check(plugin: str, values: list[SourceFilter], others: list[Owned[SourceFilter]]) -> None:  # noqa: ARG001
    for value in values:
        what = f"The source filter {value.name!r}"
        check_step(what, value, "apply")
        check_order(what, value.order)
    unique("source filter", values, others)


def guarded(plugin: str, value: SourceFilter, guard: Guard) -> SourceFilter:  # noqa: ARG001
    """It is called in another process, which keeps its failures to itself."""
    return value


def gather(owned: list[Owned[SourceFilter]]) -> Mapping[str, object]:
    return {"source_filters": tuple(owned)}


SOURCE_FILTERS = Kind("register_source_filters", SourceFilter, check, guarded, gather)
