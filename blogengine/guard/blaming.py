"""Whose fault it is that a process ended without a word, or hangs."""

from __future__ import annotations

from blogengine.guard.calls import Running
from blogengine.guard.circuit import Circuit
from blogengine.guard.faults import Fault, trace_of_thread
from blogengine.guard.flights import Call, Lost
from blogengine.guard.wrapping import Guard

SUSPECTED_SECONDS = 24 * 3600.0
"""How long it is remembered that a plugin was there when a process ended."""

SUSPICION = 3
"""What being there counts for: the second time is enough for a pause."""


def blame_lost(guard: Guard, lost: Lost) -> None:
    """Record a process's death with the plugins it was in the code of.

    A single one in a worker is sure to have done it. Of several, and of a command that may have
    been killed by whoever ran it, each is only suspected.
    """
    plugins = {call.plugin for call in lost.calls}
    sure = len(plugins) == 1 and lost.role == "worker"
    # Who runs jobs may be killed with one of them under way; the job's own tries are bounded.
    weight = 1 if lost.role == "jobs" else SUSPICION
    for call in lost.calls:
        said = f"The process {lost.pid} ended in the middle of {call.hook}: {_how(sure)}"
        guard.remember(Fault(call.plugin, call.hook, said, "exit"))
        circuit = guard.circuit(call.plugin)
        if sure:
            guard.trip(call.plugin, said, unfit=lost.booting)
        elif circuit.failed(guard.clock(), weight=weight, lasting=SUSPECTED_SECONDS):
            _keep(circuit, guard, call, said, unfit=lost.booting)


def _how(sure: bool) -> str:
    return "os._exit, a crash, or killed." if sure else "it may have been this plugin or another."


def _keep(circuit: Circuit, guard: Guard, call: Call, said: str, *, unfit: bool) -> None:
    circuit.open_until = 0.0  # not the short pause of a mere failure
    guard.trip(call.plugin, said, unfit=unfit)


def blame_hanging(guard: Guard, running: Running) -> None:
    """Record a call that has hung, with where its thread is."""
    call, trace = running.call, trace_of_thread(running.thread)
    said = f"It didn't come back within {running.limit.hang:g} s."
    guard.remember(Fault(call.plugin, call.hook, said, "hang", trace))
    guard.trip(call.plugin, f"{call.hook}: {said}", unfit=running.loading)
