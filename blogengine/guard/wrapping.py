"""The one boundary around plugin code: a failure is logged, counted and answered neutrally.

Isolation is against mistakes, not against malice: a plugin is Python in this process.
"""

from __future__ import annotations

import functools
import logging
import resource
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.exceptions import HTTPException

from blogengine.clock import utcnow
from blogengine.errors import BlogError, PluginFault
from blogengine.guard.acting import stopped_by_hand
from blogengine.guard.calls import PluginHung, Running, TooHeavy
from blogengine.guard.circuit import FAILURES, WINDOW_SECONDS, Circuit
from blogengine.guard.faults import Cost, Fault, place_of, trace_of
from blogengine.guard.flights import OUTER, SLOTS, Call, FlightRecorder
from blogengine.guard.limits import ANSWER, LOADING, MEMORY, PART, Limit
from blogengine.logs import Noted, current_unit
from blogengine.running import RUNNING

log = logging.getLogger("blogengine.plugins")

KIBIBYTE = 1024
MOST_NOTED = 20


class Guard:
    """Wraps the plugins' functions of one app.

    `strict` lets errors through: tests and development must see them, visitors must not.
    `patience` stretches the bounds of time, for a machine that is slow itself.
    `recover` is called after a failure: a broken statement must not be everybody's. `request`
    returns the id of the request under way, `clean` takes secrets out of a text. `wake` is called
    when something is to be shared with other processes at once.
    """

    def __init__(
        self,
        *,
        strict: bool = False,
        patience: float = 1.0,
        clock: Callable[[], float] = lambda: utcnow().timestamp(),
        recover: Callable[[], object] = lambda: None,
        request: Callable[[], str] = lambda: "",
        clean: Callable[[str], str] = str,
        recorder: FlightRecorder | None = None,
    ):
        self.strict = strict
        self.patience = patience
        self.clock = clock
        self.recover = recover
        self.request = request
        self.clean = clean
        self.recorder = recorder or FlightRecorder()
        self.circuits: dict[str, Circuit] = {}
        self.faults: deque[Fault] = deque(maxlen=200)
        self.unsaved: deque[Fault] = deque(maxlen=1000)
        self.costs: dict[Call, Cost] = {}
        self.grown: dict[str, int] = {}
        self.running: list[Running | None] = [None] * SLOTS
        self.wake: Callable[[], object] = lambda: None
        self.too_large: Callable[[], object] = lambda: None

    def circuit(self, plugin: str) -> Circuit:
        """Return a plugin's circuit."""
        return self.circuits.setdefault(plugin, Circuit())

    def wrap(
        self,
        plugin: str,
        hook: str,
        function: Callable[..., Any],
        neutral: Any = None,
        *,
        answers: bool = False,
        limit: Limit | None = None,
        passing: tuple[type[BlogError], ...] = (),
    ) -> Callable[..., Any]:
        """Return the function so guarded that it answers `neutral` instead of raising.

        Where the function `answers` a request itself, the engine's own errors and HTTP's pass:
        a view that says 404 means it. A widget that does has failed. Errors of the classes in
        `passing` are what the hook may raise, and no failure.
        """
        circuit = self.circuit(plugin)
        bound = limit or (ANSWER if answers else PART)
        enter, leave = self._doors(Call(plugin, hook), bound.times(self.patience))
        clock = self.clock

        @functools.wraps(function)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if circuit.open_until and not circuit.closed(clock()):
                return neutral
            entered = enter()
            try:
                return function(*args, **kwargs)
            except BaseException as error:
                if stopped_by_hand(error) or isinstance(error, passing):
                    raise
                meant = isinstance(error, BlogError | HTTPException)
                if answers and meant and not isinstance(error, PluginFault):
                    raise
                # SystemExit too: a plugin that calls sys.exit() must not end the worker.
                if self.strict:
                    raise
                self.report(plugin, hook, error)
                self.recover()
                return neutral
            finally:
                leave(entered)

        return guarded

    @contextmanager
    def loading(self, plugin: str, hook: str) -> Iterator[None]:
        """Watch what runs while a process starts: an import, or a question to one plugin.

        Errors pass. Raises PluginFault when it took too long or too much memory: such a plugin
        must not come up, since it was asked this once only.
        """
        before = self.grown.get(plugin, 0)
        limit = LOADING.times(self.patience)
        enter, leave = self._doors(Call(plugin, hook), limit, loading=True)
        entered = enter()
        began = time.perf_counter()
        try:
            yield
        finally:
            leave(entered)
        took = time.perf_counter() - began
        grown = self.grown.pop(plugin, 0) - before
        if self.strict:
            return
        if took > limit.slow:
            raise TooHeavy(f"{hook} took {took:.0f} seconds")
        if grown > MEMORY:
            raise TooHeavy(f"{hook} took {grown // 1024**2} MB of memory")

    def _doors(
        self, call: Call, limit: Limit, *, loading: bool = False
    ) -> tuple[Callable[[], Running], Callable[[Running], None]]:
        """Return what is to be done before and after each call of one function."""
        recorder, all_running = self.recorder, self.running
        slots, take, give_back = recorder.slots, recorder.take, recorder.give_back
        number = recorder.number(call)
        cost = self.costs.setdefault(call, Cost())
        soft = int(limit.soft * 1e9)
        usage, me, now = resource.getrusage, resource.RUSAGE_SELF, time.perf_counter_ns
        ident, get, put, reset = threading.get_ident, RUNNING.get, RUNNING.set, RUNNING.reset

        def enter() -> Running:
            slot = take()
            outer = get()
            if outer is not None:
                slots[outer.slot] |= OUTER
            slots[slot] = number
            largest = usage(me).ru_maxrss
            running = Running(call, limit, loading, ident(), slot, outer, largest, now())
            running.token = put(running)
            all_running[slot] = running
            return running

        def leave(running: Running) -> None:
            spent = now() - running.began
            grown = usage(me).ru_maxrss - running.largest
            running.over = True
            slot, outer = running.slot, running.outer
            all_running[slot] = None
            slots[slot] = 0
            give_back(slot)
            if running.token is not None:
                reset(running.token)
            if outer is not None:
                slots[outer.slot] &= ~OUTER & 0xFFFFFFFF
                outer.nested_time += spent
                outer.nested_size += grown
            own = spent - running.nested_time
            cost.calls += 1
            cost.total += own
            cost.worst = max(cost.worst, own)
            if own > soft or grown > running.nested_size:
                self._look_closer(running, cost, own, grown)

        return enter, leave

    def _look_closer(self, running: Running, cost: Cost, own: int, grown: int) -> None:
        """Count what a call took in excess: nanoseconds and kilobytes of its own."""
        call, limit, counts = running.call, running.limit, not (self.strict or running.loading)
        if own > limit.soft * 1e9:
            cost.slow += 1
            if counts and not running.hung:
                self._took_long(call, own / 1e9, limit)
        if grown > running.nested_size:
            size = (grown - running.nested_size) * KIBIBYTE
            self._grew(call, size // self.recorder.under_way, counts=counts)

    def _took_long(self, call: Call, seconds: float, limit: Limit) -> None:
        weight = limit.weight(seconds)
        if not weight:
            return
        said = f"It took {seconds:.2f} s; {limit.slow:g} s are its bound."
        self.remember(Fault(call.plugin, call.hook, said, "slow"))
        self._count(call.plugin, said, weight)

    def _grew(self, call: Call, size: int, *, counts: bool) -> None:
        grown = self.grown[call.plugin] = self.grown.get(call.plugin, 0) + size
        if grown <= MEMORY or not counts:
            return
        self.grown[call.plugin] = 0
        said = f"Its calls made the process grow by {grown // 1024**2} MB."
        self.remember(Fault(call.plugin, call.hook, said, "memory"))
        self.trip(call.plugin, said, unfit=False)
        self.too_large()

    def report(
        self, plugin: str, hook: str, error: BaseException, kind: str = "", *, weight: int = 1
    ) -> None:
        """Log and count one failure of a plugin."""
        if isinstance(error, PluginHung):
            return  # it was told when it was seen
        kind = kind or ("type" if isinstance(error, TypeError) else "error")
        said = f"{_repr(error)}{place_of(error)}"
        self.remember(Fault(plugin, hook, said, kind, trace_of(error)), error)
        self._count(plugin, f"{said} in {hook}.", weight)

    def tell(self, fault: Fault, *, weight: int = 1) -> None:
        """Log and count a failure that was seen from outside, such as a text's rendering."""
        self.remember(fault)
        self._count(fault.plugin, fault.error, weight)

    def remember(self, fault: Fault, error: BaseException | None = None) -> None:
        """Log a failure and keep it for sharing, without counting it."""
        cost = self.costs.setdefault(Call(fault.plugin, fault.hook), Cost())
        cost.failures += 1
        fault = Fault(
            fault.plugin,
            fault.hook,
            self.clean(fault.error),
            fault.kind,
            self.clean(fault.trace),
            self.request(),
            utcnow(),
        )
        self.faults.append(fault)
        self.unsaved.append(fault)
        _note(fault)
        log.error(
            "Plugin %s failed in %s: %s",
            fault.plugin,
            fault.hook,
            fault.error,
            exc_info=error,
            extra={
                "plugin": fault.plugin,
                "hook": fault.hook,
                "fields": {
                    "event.kind": "alert",
                    "event.action": "plugin-fault",
                    "error.class": "plugin",
                    "error.code": "plugin-fault",
                },
            },
        )

    def _count(self, plugin: str, said: str, weight: int) -> None:
        circuit = self.circuit(plugin)
        if not circuit.failed(self.clock(), weight=weight):
            return
        circuit.why = said
        self._told_paused(
            plugin, f"{FAILURES} failures in {WINDOW_SECONDS:g} seconds, the last: {said}"
        )

    def trip(self, plugin: str, why: str, *, unfit: bool) -> None:
        """Pause a plugin at once and for long: it cost, or nearly cost, a process."""
        self.circuit(plugin).trip(self.clock(), why, unfit=unfit)
        self._told_paused(plugin, why)

    def _told_paused(self, plugin: str, why: str) -> None:
        log.error(
            "Plugin %s is paused: %s Switch it off with: blogengine plugin disable %s",
            plugin,
            why,
            plugin,
            extra={
                "plugin": plugin,
                "fields": {"event.kind": "alert", "event.action": "plugin-paused"},
            },
        )
        self.wake()

    def hanging(self) -> list[Running]:
        """Return the calls that have just passed their last bound, each once."""
        now, slots = time.perf_counter_ns(), self.recorder.slots
        found = []
        for one in self.running:
            if one is None or one.hung or slots[one.slot] & OUTER:
                continue  # of nested calls the innermost is the one that hangs
            if now - one.began - one.nested_time > one.limit.hang * 1e9:
                one.hung = True
                found.append(one)
        return found

    def paused(self, plugin: str) -> bool:
        """Whether a plugin isn't called at the moment because it failed too often."""
        circuit = self.circuits.get(plugin)
        return circuit is not None and not circuit.closed(self.clock())


def _note(fault: Fault) -> None:
    """Let the request under way know what its plugins did wrong, for whoever asks after it."""
    unit = current_unit()
    if unit is not None and len(unit.faults) < MOST_NOTED:
        said = f"{fault.hook}: {fault.error}"
        action = f"Look at it with: blogengine plugin errors {fault.plugin}"
        unit.faults.append(
            Noted("plugin", "plugin-fault", said, action, fault.kind, fault.trace, fault.plugin)
        )


def _repr(error: BaseException) -> str:
    try:
        return repr(error)
    except Exception:  # its own words may fail as well
        return type(error).__name__
