"""What time it is: the one place that asks, so that a test can hold it still."""

from __future__ import annotations

from datetime import UTC, datetime


def system_time() -> datetime:
    """Return the machine's time. Tests put another function in its place."""
    return datetime.now(UTC)


def utcnow() -> datetime:
    """Return this moment in UTC; in a test what `freeze` says it is."""
    return system_time()
