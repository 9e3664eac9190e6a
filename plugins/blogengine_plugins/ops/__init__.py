"""Addresses for machines: `/readyz` (can it take visitors?) and `/metrics` (how does it go?)."""

from __future__ import annotations

from datetime import timedelta

from blogengine.api import Blueprint, Health, HealthCheck, Plugin, Site, hookimpl, utcnow
from blogengine_plugins.ops.settings import Settings
from blogengine_plugins.ops.views import blueprint

plugin = Plugin(summary=__doc__, api=1, settings=Settings)

HOUR = timedelta(hours=1)
LOOKED_AT = 100
MANY = 5
SERVER_ERROR = 500


@hookimpl
def register_blueprints() -> list[Blueprint]:
    """The two addresses."""
    return [blueprint]


@hookimpl
def register_health_checks() -> list[HealthCheck]:
    """Look whether requests fail."""
    return [HealthCheck("ops_failures", "Few requests fail", failures)]


def failures(site: Site) -> Health:
    """Count the requests of the last hour that got no page."""
    since = utcnow() - HOUR
    known = site.telemetry.failures.last(LOOKED_AT)
    recent = [one for one in known if one.status >= SERVER_ERROR and one.at > since]
    if len(recent) < MANY:
        return Health()
    said = f"{len(recent)} of the last failed requests lie within an hour."
    return Health("warn", said, f"blogengine logs explain {recent[0].request}")
