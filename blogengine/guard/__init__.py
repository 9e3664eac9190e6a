"""The boundary around plugins' code: calls, faults, circuits, and the watch over them."""

from blogengine.guard.acting import stopped_by_hand
from blogengine.guard.calls import PluginHung, Running, TooHeavy
from blogengine.guard.circuit import Circuit
from blogengine.guard.faults import Cost, Fault, place_of
from blogengine.guard.flights import Call, FlightRecorder, Lost, lost_flights
from blogengine.guard.limits import ANSWER, EVENT, LOADING, PART, WRITING, Limit
from blogengine.guard.sharing import KnownFault, Pause, Sharing, open_sharing
from blogengine.guard.watch import Process, Watch
from blogengine.guard.wrapping import Guard
from blogengine.running import acting_as, acting_plugin

__all__ = [
    "ANSWER",
    "EVENT",
    "LOADING",
    "PART",
    "WRITING",
    "Call",
    "Circuit",
    "Cost",
    "Fault",
    "FlightRecorder",
    "Guard",
    "KnownFault",
    "Limit",
    "Lost",
    "Pause",
    "PluginHung",
    "Process",
    "Running",
    "Sharing",
    "TooHeavy",
    "Watch",
    "acting_as",
    "acting_plugin",
    "lost_flights",
    "open_sharing",
    "place_of",
    "stopped_by_hand",
]
