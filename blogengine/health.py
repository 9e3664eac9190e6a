"""What plugins register for whoever runs the site: checks of its health, and figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from blogengine.site import Site

STATES = ("ok", "warn", "fail")
KINDS = ("counter", "gauge")

MOST_SAMPLES = 100
"""Values one metric may have at a time: each is a series that somebody's server keeps for long."""


@dataclass(frozen=True, slots=True)
class Health:
    """What a check found: `state` is ok, warn or fail.

    `sentence` says what is the matter, `fix` the command or the act that mends it.
    """

    state: str = "ok"
    sentence: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """A check for `blogengine doctor` and the admin: `run(site)` returns what it found.

    It has 200 milliseconds. `title` says what is fine when it is, such as "The index is whole".
    """

    name: str
    title: str
    run: Callable[[Site], Health]


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure for `/metrics`: `read(site)` returns a number, or numbers by values of the labels.

    The name is the plugin's or begins with it; that of a counter ends with `_total`. With
    `labels` the keys are tuples of their values, or texts for a single label; at most a hundred.
    """

    name: str
    help: str
    read: Callable[[Site], float | Mapping[tuple[str, ...], float] | Mapping[str, float]]
    kind: str = "gauge"
    labels: tuple[str, ...] = ()
