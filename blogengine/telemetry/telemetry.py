"""`site.telemetry`: what the processes of a site have seen, put together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from blogengine.guard import Call, Cost, KnownFault, Pause, Sharing
from blogengine.telemetry.failures import Failures
from blogengine.telemetry.figures import Key, RequestFigure, RequestFigures


class Telemetry:
    """Figures and failures of all processes; every method reads the runtime database.

    Raises SQLAlchemyError when that doesn't answer.
    """

    def __init__(
        self, failures: Failures, figures: RequestFigures, sharing: Sharing | None
    ) -> None:
        self.failures = failures
        self.figures = figures
        self._sharing = sharing

    def requests(self) -> Iterator[tuple[Key, RequestFigure]]:
        """Yield ((route, method, status), figures), at most some two hundred."""
        return self.figures.read()

    def costs(self) -> dict[Call, Cost]:
        """Return what each plugin's calls cost so far; up to ten seconds old."""
        return self._sharing.all_costs() if self._sharing is not None else {}

    def faults(self) -> tuple[KnownFault, ...]:
        """Return the ways in which plugins failed, the last first."""
        return self._sharing.faults() if self._sharing is not None else ()

    def pauses(self, now: datetime) -> tuple[Pause, ...]:
        """Return the plugins that aren't called now."""
        return self._sharing.pauses(now) if self._sharing is not None else ()

    def call_again(self, plugin: str) -> None:
        """Let a paused plugin be called again."""
        if self._sharing is not None:
            self._sharing.forget(plugin, faults=False)

    def save(self) -> None:
        """Share what is new in this process; the watch does so every second or so."""
        self.failures.save()
        self.figures.save()
