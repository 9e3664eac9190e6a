"""Metrics: figures of plugins for `/metrics`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from blogengine.guard import Guard
from blogengine.health import KINDS, MOST_SAMPLES, Metric
from blogengine.host.kinds.kind import (
    Kind,
    Owned,
    check_call,
    check_text,
    must_be,
    prefixed,
    unique,
)

NAME = re.compile(r"[a-z][a-z0-9_]*")


def check(plugin: str, values: list[Metric], others: list[Owned[Metric]]) -> None:
    for value in values:
        what = f"The metric {value.name!r}"
        check_text(what, name=value.name, help=value.help)
        prefixed(plugin, "metric", value.name)
        must_be(NAME.fullmatch(value.name), f"{what}: small letters, digits and _ only.")
        must_be(value.kind in KINDS, f"{what}: its kind must be one of {', '.join(KINDS)}.")
        counts = value.kind == "counter"
        must_be(
            value.name.endswith("_total") == counts, f"{what}: _total ends a counter's name only."
        )
        sound = isinstance(value.labels, tuple) and all(
            isinstance(label, str) and NAME.fullmatch(label) for label in value.labels
        )
        must_be(sound, f"{what}: labels must be a tuple of names.")
        check_call(f"{what}: read", value.read)
    unique("metric", values, others)


def guarded(plugin: str, value: Metric, guard: Guard) -> Metric:
    nothing: Mapping[tuple[str, ...], float] = {}
    read = guard.wrap(plugin, f"metric {value.name}", _samples(value), nothing)
    return replace(value, read=read)


def _samples(metric: Metric) -> Callable[..., dict[tuple[str, ...], float]]:
    """Let what a metric reads become numbers by tuples of label values, inside its guard."""

    def read(*args: Any) -> dict[tuple[str, ...], float]:
        found: Any = metric.read(*args)
        if not isinstance(found, Mapping):
            found = {(): found}
        if len(found) > MOST_SAMPLES:
            raise ValueError(f"it has {len(found)} values; {MOST_SAMPLES} are allowed")
        samples = {}
        for key, number in found.items():
            values = (key,) if isinstance(key, str) else tuple(str(part) for part in key)
            if len(values) != len(metric.labels):
                raise ValueError(f"{values!r} doesn't fit the labels {metric.labels!r}")
            samples[values] = float(number)
        return samples

    return read


def gather(owned: list[Owned[Metric]]) -> Mapping[str, object]:
    return {"metrics": tuple(metric for _plugin, metric in owned)}


METRICS = Kind("register_metrics", Metric, check, guarded, gather)
