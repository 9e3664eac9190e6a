"""Publish checks: looks at a post before it is published."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from blogengine.contributions import SEVERITIES, Finding, PublishCheck
from blogengine.guard import Guard
from blogengine.host.kinds.kind import Kind, Owned, check_call, check_text, must_be, unique


def check(
    plugin: str,  # noqa: ARG001
    values: list[PublishCheck],
    others: list[Owned[PublishCheck]],  # noqa: ARG001
) -> None:
    for value in values:
        what = f"The publish check {value.name!r}"
        check_text(what, name=value.name, title=value.title)
        must_be(value.name.isidentifier(), f"{what}: its name must be one word.")
        check_call(f"{what}: run", value.run)
    unique("publish check", values, [])


def guarded(plugin: str, value: PublishCheck, guard: Guard) -> PublishCheck:
    run = guard.wrap(plugin, f"publish check {value.name}", _as_findings(value.run), ())
    return replace(value, run=run)


def _as_findings(run: Callable[..., Any]) -> Callable[..., tuple[Finding, ...]]:
    """Look inside the guard that a check returns what can be shown."""

    def findings(*args: Any) -> tuple[Finding, ...]:
        found = tuple(run(*args) or ())
        for item in found:
            if not isinstance(item, Finding):
                raise TypeError(f"it returned {type(item).__name__}, not a Finding")
            if item.severity not in SEVERITIES:
                raise ValueError(f"there is no severity {item.severity!r}")
            if not (isinstance(item.sentence, str) and isinstance(item.position, str)):
                raise TypeError("sentence and position must be texts")
        return found

    return findings


def gather(owned: list[Owned[PublishCheck]]) -> Mapping[str, object]:
    return {"publish_checks": tuple(owned)}


PUBLISH_CHECKS = Kind("register_publish_checks", PublishCheck, check, guarded, gather)
