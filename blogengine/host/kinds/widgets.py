"""Widgets: fragments in named regions, asked for every page they stand on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from markupsafe import Markup, escape

from blogengine.contributions import ADMIN_REGIONS, PAGE_KINDS, REGIONS, Widget, in_order
from blogengine.guard import Guard
from blogengine.host.kinds.kind import Kind, Owned, check_call, check_text, must_be, unique

LONGEST_NAME = 60


def check(plugin: str, values: list[Widget], others: list[Owned[Widget]]) -> None:  # noqa: ARG001
    for widget in values:
        what = f"The widget {widget.name!r}"
        check_text(what, name=widget.name, title=widget.title)
        must_be(0 < len(widget.name) <= LONGEST_NAME, f"{what}: the name is empty or too long.")
        check_call(f"{what}: render", widget.render)
        must_be(isinstance(widget.order, int | float), f"{what}: order must be a number.")
        known = widget.region in REGIONS or widget.region in ADMIN_REGIONS
        must_be(known, f"There is no region {widget.region!r} for {widget.name}.")
        must_be(isinstance(widget.pages, frozenset | set), f"{what}: pages must be a set.")
        for kind in widget.pages:
            must_be(kind in PAGE_KINDS, f"{what}: there is no kind of page {kind!r}.")
    unique("widget", values, [])


def guarded(plugin: str, widget: Widget, guard: Guard) -> Widget:
    return replace(
        widget,
        name=widget.name if widget.name == plugin else f"{plugin}-{widget.name}",
        render=guard.wrap(plugin, f"widget {widget.name}", _escaped(widget.render)),
    )


def _escaped(render: Callable[..., Any]) -> Callable[..., Markup | None]:
    """Let what a widget returned become text inside its guard: even that may fail."""

    def escaped(*args: Any) -> Markup | None:
        made = render(*args)
        if made is None or made == "":
            return None
        if not isinstance(made, str) and not hasattr(made, "__html__"):
            raise TypeError(f"it returned {type(made).__name__}, not Markup, a text or None")
        made = made if type(made) is Markup else escape(made)
        made.encode("utf-8")  # a lone surrogate would break the whole page
        return made

    return escaped


def gather(owned: list[Owned[Widget]]) -> Mapping[str, object]:
    regions: dict[str, list[Widget]] = defaultdict(list)
    for _plugin, widget in owned:
        regions[widget.region].append(widget)
    return {"widgets": {region: in_order(widgets) for region, widgets in regions.items()}}


WIDGETS = Kind("register_widgets", Widget, check, guarded, gather)
