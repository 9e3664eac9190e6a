"""Html filters: what the html of a text goes through, before or after the sanitiser."""

from __future__ import annotations

from collections.abc import Mapping

from blogengine.contributions import HtmlFilter
from blogengine.guard import Guard
from blogengine.host.kinds.kind import Kind, Owned, must_be, unique
from blogengine.host.kinds.rendering import check_order, check_step


def check(plugin: str, values: list[HtmlFilter], others: list[Owned[HtmlFilter]]) -> None:  # noqa: ARG001
    for value in values:
        what = f"The html filter {value.name!r}"
        check_step(what, value, "apply")
        check_order(what, value.order)
        must_be(isinstance(value.trusted, bool), f"{what}: trusted must be True or False.")
    unique("html filter", values, others)


def guarded(plugin: str, value: HtmlFilter, guard: Guard) -> HtmlFilter:  # noqa: ARG001
    """It is called in another process, which keeps its failures to itself."""
    return value


def gather(owned: list[Owned[HtmlFilter]]) -> Mapping[str, object]:
    return {"html_filters": tuple(owned)}


HTML_FILTERS = Kind("register_html_filters", HtmlFilter, check, guarded, gather)
