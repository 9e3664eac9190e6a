"""How much a plugin may take before it counts against it, by the kind of call."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """Seconds: over `soft` a call is shown as slow, over `slow` it counts as a failure, over
    `hang` it has hung and the process that runs it is given up."""

    soft: float
    slow: float
    hang: float

    def times(self, patience: float) -> Limit:
        """Return the bounds of a machine on which everything may take so many times longer.

        What is shown as slow stays the same: that says something about the plugin, and costs it
        nothing.
        """
        if patience == 1:
            return self
        return Limit(self.soft, self.slow * patience, self.hang * patience)

    def weight(self, seconds: float) -> int:
        """How many failures a call of this length counts as: nothing up to `slow`."""
        if seconds < self.slow:
            return 0
        if seconds < 2.5 * self.slow:
            return 1
        return 2 if seconds < 5 * self.slow else 3


PART = Limit(0.02, 0.2, 2.0)
"""A part of somebody else's page: widgets, extras, template helpers."""

ANSWER = Limit(0.2, 1.0, 4.0)
"""A page or feed of the plugin's own."""

EVENT = Limit(0.2, 2.0, 10.0)
"""Being told of something."""

WRITING = Limit(0.05, 0.2, 2.0)
"""A part of somebody's save, inside its transaction: until it is done nobody else can write.

Other writers wait five seconds for their turn; a worker that hangs here is gone before that.
"""

LOADING = Limit(1.0, 5.0, 10.0)
"""Being imported or asked what it registers, while a process starts."""

MEMORY = 200 * 1024 * 1024
"""Bytes a plugin's calls may make a process grow by, all in all."""
