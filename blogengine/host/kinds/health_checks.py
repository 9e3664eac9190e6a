"""Health checks: what is asked by `blogengine doctor` and the admin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from blogengine.guard import Guard
from blogengine.health import STATES, Health, HealthCheck
from blogengine.host.kinds.kind import Kind, Owned, check_call, check_text, prefixed, unique


def check(plugin: str, values: list[HealthCheck], others: list[Owned[HealthCheck]]) -> None:
    for value in values:
        what = f"The health check {value.name!r}"
        check_text(what, name=value.name, title=value.title)
        prefixed(plugin, "health check", value.name)
        check_call(f"{what}: run", value.run)
    unique("health check", values, others)


def guarded(plugin: str, value: HealthCheck, guard: Guard) -> HealthCheck:
    unknown = Health(
        "warn",
        f"The plugin {plugin} couldn't say: its check failed.",
        f"blogengine plugin errors {plugin}",
    )
    run = guard.wrap(plugin, f"health check {value.name}", _sound(value.run), unknown)
    return replace(value, run=run)


def _sound(run: Callable[..., Any]) -> Callable[..., Health]:
    """Look at a check's answer inside its guard."""

    def ran(*args: Any) -> Health:
        found = run(*args)
        if not isinstance(found, Health):
            raise TypeError(f"it returned {type(found).__name__}, not Health")
        if found.state not in STATES:
            raise ValueError(f"{found.state!r} is no state; there are {', '.join(STATES)}")
        return Health(found.state, str(found.sentence), str(found.fix))

    return ran


def gather(owned: list[Owned[HealthCheck]]) -> Mapping[str, object]:
    return {"health_checks": tuple(owned)}


HEALTH_CHECKS = Kind("register_health_checks", HealthCheck, check, guarded, gather)
