"""Faults, costs and circuits shared by all processes of a site, through the runtime tables."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from blogengine.clock import utcnow
from blogengine.db import WRITE_LOCK, db
from blogengine.guard.circuit import FAILURES, Circuit, Failure
from blogengine.guard.faults import Cost, Fault
from blogengine.guard.flights import Call
from blogengine.guard.wrapping import Guard
from blogengine.migrations import upgrade_runtime
from blogengine.runtime import CircuitRow, CostRow, FaultRow

log = logging.getLogger(__name__)

LONGEST_HOOK = 200
COUNTERS = ("calls", "failures", "slow", "total")


@dataclass(frozen=True, slots=True)
class KnownFault:
    """One way in which a plugin failed: when, how often, and its last sample."""

    plugin: str
    hook: str
    kind: str
    count: int
    first_at: datetime
    last_at: datetime
    error: str
    trace: str
    request: str


@dataclass(frozen=True, slots=True)
class Pause:
    """A plugin that isn't called, until when and why."""

    plugin: str
    until: datetime
    why: str


class Sharing:
    """Saves what one process's guard saw and takes over what others did.

    Every method is one short transaction; without a database that answers nothing is lost but
    the sharing: the log has it all.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._saved: dict[Call, Cost] = {}

    def exchange(self, guard: Guard, *, with_costs: bool = True) -> None:
        """Write what is new here, then read every circuit."""
        unsaved = [guard.unsaved.popleft() for _ in range(len(guard.unsaved))]
        try:
            costs = self._new_costs(guard) if with_costs else {}
            news = {
                name: circuit
                for name, circuit in guard.circuits.items()
                if circuit.news or circuit.opened_here
            }
            if unsaved or costs or news:
                with self._writing() as connection:
                    _add_faults(connection, unsaved)
                    _add_costs(connection, costs)
                    for name, circuit in news.items():
                        _merge(connection, name, circuit, guard.clock())
                for call in costs:
                    self._saved[call] = replace(guard.costs[call])
            with self._engine.connect() as connection:
                _take_over(connection, guard)
        except SQLAlchemyError as error:
            guard.unsaved.extendleft(reversed(unsaved))
            log.debug("Faults of plugins can't be shared now: %s", error)

    def faults(self, plugin: str = "") -> tuple[KnownFault, ...]:
        """Return the known faults, of one plugin or of all, the last first."""
        table = FaultRow.__table__
        query = select(FaultRow.__table__).order_by(FaultRow.last_at.desc())
        if plugin:
            query = query.where(table.c.plugin == plugin)
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings()
            return tuple(KnownFault(**row) for row in rows)

    def pauses(self, now: datetime) -> tuple[Pause, ...]:
        """Return the plugins that aren't called now."""
        query = select(CircuitRow.plugin, CircuitRow.open_until, CircuitRow.why)
        query = query.where(CircuitRow.open_until > now.timestamp()).order_by(CircuitRow.plugin)
        with self._engine.connect() as connection:
            return tuple(
                Pause(plugin, datetime.fromtimestamp(until, UTC), why)
                for plugin, until, why in connection.execute(query)
            )

    def costs(self, plugin: str) -> dict[str, Cost]:
        """Return what each hook of a plugin cost so far."""
        query = select(
            CostRow.hook,
            CostRow.calls,
            CostRow.failures,
            CostRow.slow,
            CostRow.total,
            CostRow.worst,
        )
        query = query.where(CostRow.plugin == plugin).order_by(CostRow.total.desc())
        with self._engine.connect() as connection:
            return {hook: Cost(*numbers) for hook, *numbers in connection.execute(query)}

    def all_costs(self) -> dict[Call, Cost]:
        """Return what each hook of each plugin cost so far."""
        row = CostRow
        query = select(
            row.plugin, row.hook, row.calls, row.failures, row.slow, row.total, row.worst
        ).order_by(row.plugin, row.hook)
        with self._engine.connect() as connection:
            return {
                Call(plugin, hook): Cost(*numbers)
                for plugin, hook, *numbers in connection.execute(query)
            }

    def forget(self, plugin: str, *, faults: bool) -> None:
        """Let a plugin be called again; with `faults`, forget its failures and costs as well."""
        with self._writing() as connection:
            connection.execute(delete(CircuitRow).where(CircuitRow.plugin == plugin))
            if faults:
                connection.execute(delete(FaultRow).where(FaultRow.plugin == plugin))
                connection.execute(delete(CostRow).where(CostRow.plugin == plugin))

    def _new_costs(self, guard: Guard) -> dict[Call, Cost]:
        grown = {}
        for call, cost in list(guard.costs.items()):
            saved = self._saved.get(call, Cost())
            if cost.calls != saved.calls or cost.failures != saved.failures:
                grown[call] = Cost(
                    cost.calls - saved.calls,
                    cost.failures - saved.failures,
                    cost.slow - saved.slow,
                    cost.total - saved.total,
                    cost.worst,
                )
        return grown

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL lock_timeout = 2000"))
                lock = text("SELECT pg_advisory_xact_lock(:lock)")
                connection.execute(lock, {"lock": WRITE_LOCK + 1})
            yield connection


def _add_faults(connection: Connection, faults: list[Fault]) -> None:
    for fault in faults:
        key = {"plugin": fault.plugin, "hook": fault.hook[:LONGEST_HOOK], "kind": fault.kind}
        at = fault.at or utcnow()
        sample = {
            "last_at": at,
            "error": _storable(fault.error),
            "trace": _storable(fault.trace),
            "request": fault.request,
        }
        changed = connection.execute(
            update(FaultRow).filter_by(**key).values(count=FaultRow.count + 1, **sample)
        )
        if not changed.rowcount:
            connection.execute(insert(FaultRow).values(**key, first_at=at, count=1, **sample))


def _storable(said: str) -> str:
    """Return what every database takes: no NUL, no lone surrogate."""
    return said.replace("\x00", "").encode("utf-8", "replace").decode()


def _add_costs(connection: Connection, costs: dict[Call, Cost]) -> None:
    for call, cost in costs.items():
        key = {"plugin": call.plugin, "hook": call.hook[:LONGEST_HOOK]}
        worst = select(CostRow.worst).filter_by(**key)
        before = connection.execute(worst).scalar()
        grown: dict[str, Any] = {name: getattr(cost, name) for name in COUNTERS}
        if before is None:
            now = utcnow()
            values = {**key, **grown, "worst": cost.worst, "since": now}
            connection.execute(insert(CostRow).values(values))
        else:
            added = {name: getattr(CostRow, name) + number for name, number in grown.items()}
            added["worst"] = max(before, cost.worst)
            connection.execute(update(CostRow).filter_by(**key).values(added))


def _merge(connection: Connection, name: str, circuit: Circuit, now: float) -> None:
    """Write one circuit's news over what other processes wrote."""
    row = connection.execute(select(CircuitRow.__table__).filter_by(plugin=name)).mappings().first()
    known: list[Failure] = [(u, n) for u, n in json.loads(row["failures"])] if row else []
    with circuit.lock:
        circuit.failures = [item for item in known if item[0] > now] + circuit.news
        circuit.news = []
        if row is not None and row["open_until"] > circuit.open_until:
            circuit.open_until, circuit.pause = row["open_until"], row["pause"]
            circuit.why, circuit.unfit = row["why"], row["unfit"]
        enough = sum(count for _until, count in circuit.failures) >= FAILURES
        if enough and circuit.closed(now):
            circuit.open(now)
        elif not circuit.closed(now):
            circuit.failures = []
        circuit.opened_here = False
        values = {
            "failures": json.dumps(circuit.failures),
            "open_until": circuit.open_until,
            "pause": circuit.pause,
            "why": _storable(circuit.why),
            "unfit": circuit.unfit,
        }
    if row is None:
        connection.execute(insert(CircuitRow).values(plugin=name, **values))
    else:
        connection.execute(update(CircuitRow).filter_by(plugin=name).values(values))


def _take_over(connection: Connection, guard: Guard) -> None:
    rows = {
        row["plugin"]: row for row in connection.execute(select(CircuitRow.__table__)).mappings()
    }
    for name in {*guard.circuits, *rows}:
        circuit, row = guard.circuit(name), rows.get(name)
        with circuit.lock:
            if circuit.news or circuit.opened_here:
                continue  # the next exchange writes it
            if row is None:
                circuit.failures, circuit.open_until, circuit.unfit = [], 0.0, False
                continue
            circuit.failures = [(until, count) for until, count in json.loads(row["failures"])]
            circuit.open_until, circuit.pause = row["open_until"], row["pause"]
            circuit.why, circuit.unfit = row["why"], row["unfit"]


def open_sharing() -> Sharing:
    """Return the sharing of the running app, after making its tables where they are missing."""
    upgrade_runtime(db.runtime_engine)
    return Sharing(db.runtime_engine)
