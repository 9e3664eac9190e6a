"""Whether the site can take visitors, asked at most every five seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

from blogengine.api import Health, Site

SECONDS = 5.0


class Readiness:
    """The last answers of one process, by site: a machine may ask as often as it likes.

    While one request looks, others get the answers of before.
    """

    def __init__(self) -> None:
        self._looking = threading.Lock()
        self._known: dict[str, tuple[float, Mapping[str, Health]]] = {}

    def look(self, site: Site) -> Mapping[str, Health]:
        """Return what each check of the site's readiness found."""
        at, found = self._known.get(site.id, (0.0, {}))
        if found and time.monotonic() - at < SECONDS:
            return found
        if found and self._looking.locked():
            return found
        with self._looking:
            at, found = self._known.get(site.id, (0.0, {}))
            if not found or time.monotonic() - at >= SECONDS:
                found = {check.name: check.run(site) for check in site.readiness}
                self._known[site.id] = (time.monotonic(), found)
        return found
