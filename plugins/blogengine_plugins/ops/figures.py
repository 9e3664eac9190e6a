"""The figures of the engine itself, and those that plugins registered."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Any

from blogengine.api import Metric, Site, utcnow
from blogengine_plugins.ops.exposition import Family

BOUNDS = ("0.025", "0.1", "0.5", "2.5", "+Inf")
MOST_HOOKS = 250
"""Hooks of plugins with a time of their own: those that took most."""

NANO = 1e9

JOB = "JOB"
FAILED = 500
"""Runs of jobs stand among the requests, as a method of their own."""

SIGN_IN = ("/admin/login", "/admin/login/passkey", "/admin/second-factor")
REFUSED = (401, 429)


def figures(site: Site) -> Iterator[Family]:
    """Yield every metric; what the runtime database can't say now is left out."""
    yield info(site)
    for part in (requests, jobs, plugins, disk):
        try:
            yield from part(site)
        except Exception as error:  # the others are wanted all the more then
            site.log("ops").warning("Some metrics can't be read: %r", error)
    for metric in site.contributions.metrics:
        yield of_plugin(site, metric)


def info(site: Site) -> Family:
    """What runs here."""
    family = Family("blogengine_info", "The engine's version, and its mode.", "gauge")
    family.add(1, {"version": site.version, "safe": str(site.config.safe).lower()})
    return family


def requests(site: Site) -> Iterator[Family]:
    """Durations of requests by route, method and status, and the database's share."""
    durations = Family(
        "http_server_request_duration_seconds", "How long requests took.", "histogram"
    )
    database = Family(
        "db_client_operation_duration_seconds",
        "How long the database took to answer statements of requests.",
        "summary",
    )
    statements = time = 0
    refused = 0
    failed = Family("jobs_failed_total", "Tries of jobs that failed.", "counter")
    for (route, method, status), figure in site.telemetry.requests():
        if method == JOB:
            if status >= FAILED:
                failed.add(figure.count, {"job": route})
            continue
        if route in SIGN_IN and status in REFUSED:
            refused += figure.count
        labels = {"route": route, "method": method, "status": status}
        for bound, number in zip(BOUNDS, accumulate(figure.buckets), strict=True):
            durations.add(number, {**labels, "le": bound}, "_bucket")
        durations.add(figure.total / NANO, labels, "_sum")
        durations.add(figure.count, labels, "_count")
        statements += figure.statements
        time += figure.database_time
    database.add(time / NANO, suffix="_sum")
    database.add(statements, suffix="_count")
    yield durations
    yield database
    yield failed
    failures = Family("login_failures_total", "Sign-ins that were refused.", "counter")
    failures.add(refused)
    yield failures


def jobs(site: Site) -> Iterator[Family]:
    """How much there is to do, and what was given up."""
    family = Family("jobs_queued", "Jobs that are to be done or were given up.", "gauge")
    counts = site.jobs.counts()
    for state in ("waiting", "running", "failed", "dead"):
        family.add(counts.get(state, 0), {"state": state})
    yield family


def plugins(site: Site) -> Iterator[Family]:
    """What plugins' hooks cost, how they failed, and which are paused."""
    costs = Family(
        "plugin_hook_duration_seconds", "How long calls of plugins' hooks took.", "summary"
    )
    dearest = sorted(site.telemetry.costs().items(), key=lambda item: -item[1].total)
    for call, cost in dearest[:MOST_HOOKS]:
        labels = {"plugin": call.plugin, "hook": call.hook}
        costs.add(cost.total / NANO, labels, "_sum")
        costs.add(cost.calls, labels, "_count")
    yield costs
    faults = Family("plugin_faults_total", "Failures of plugins.", "counter")
    counted: Counter[tuple[str, str]] = Counter()
    for fault in site.telemetry.faults():
        counted[fault.plugin, fault.kind] += fault.count
    for (plugin, kind), number in sorted(counted.items()):
        faults.add(number, {"plugin": plugin, "kind": kind})
    yield faults
    paused = {pause.plugin for pause in site.telemetry.pauses(utcnow())}
    circuits = Family("plugin_paused", "Whether a plugin isn't called for now.", "gauge")
    for name in site.host.loaded:
        circuits.add(int(name in paused), {"plugin": name})
    yield circuits


def disk(site: Site) -> Iterator[Family]:
    """Room where the site's state lies."""
    family = Family("disk_free_bytes", "Free space where instance/ lies.", "gauge")
    family.add(shutil.disk_usage(site.config.instance).free)
    yield family


def of_plugin(site: Site, metric: Metric) -> Family:
    """Return a plugin's metric; one that fails has no sample."""
    family = Family(metric.name, metric.help, metric.kind)
    samples: Mapping[Any, float] = metric.read(site)  # type: ignore[assignment]  # made so
    for values, number in samples.items():
        family.add(number, dict(zip(metric.labels, values, strict=True)))
    return family
