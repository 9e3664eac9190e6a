"""What a site knows of its own running: how requests went, which failed, what plugins cost."""

from blogengine.telemetry.failures import Failures, KnownFailure
from blogengine.telemetry.figures import BOUNDS, RequestFigure, RequestFigures
from blogengine.telemetry.telemetry import Telemetry

__all__ = [
    "BOUNDS",
    "Failures",
    "KnownFailure",
    "RequestFigure",
    "RequestFigures",
    "Telemetry",
]
