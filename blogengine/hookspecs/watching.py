"""Hooks for whoever runs the site: asked once while the app is built, as the other `register_*`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from blogengine.hookspecs.markers import hookspec

if TYPE_CHECKING:
    from blogengine.health import HealthCheck, Metric
    from blogengine.site import Site


@hookspec
def register_health_checks(site: Site) -> Iterable[HealthCheck]:  # type: ignore[empty-body]
    """Tell whoever runs the site what is wrong with the plugin's own affairs, and how to mend it.

    When: once per app build; `run` then runs for `blogengine doctor` and where health is shown.
    Transaction: none; `run` may read through `site.db`, for 200 milliseconds.
    Returns: checks; the name must be the plugin's own or begin with it.
    On error: the plugin is marked failed; a `run` that raises is shown as a warning.
    Since: 0.1.
    """


@hookspec
def register_metrics(site: Site) -> Iterable[Metric]:  # type: ignore[empty-body]
    """Add figures to `/metrics`, for the program that watches the server.

    When: once per app build; `read` then runs for every request of `/metrics`.
    Transaction: none; `read` may read through `site.db`.
    Returns: metrics; the name must be the plugin's own or begin with it.
    On error: the plugin is marked failed; a `read` that raises leaves the metric out.
    Since: 0.1.
    """
