"""What log lines belong to: a request, a run of the command line, or a job, each with an id."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from blogengine.logs.redaction import Redactor

GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
TRACEPARENT = re.compile(r"(?P<version>[0-9a-f]{2})-(?P<trace>[0-9a-f]{32})-[0-9a-f]{16}-.{2,}")
TRACEPARENT_LENGTH = 55
"""Of version 00; later ones may be longer (W3C Trace Context)."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What went wrong in a unit: `kind` is user, denied, retryable, operator, plugin or bug."""

    kind: str
    code: str
    message: str = ""
    action: str = ""
    error: str = ""
    trace: str = ""
    plugin: str = ""


@dataclass(slots=True)
class Unit:
    """A piece of work that has an id; `fields()` are added to each of its log lines.

    `secrets()` is what it was given and must not be told on. `statements` and `database_time`
    (nanoseconds) count what it asked of the database.
    """

    id: str
    trace: str = ""
    fields: Callable[[], Mapping[str, object]] = dict
    secrets: Callable[[], Iterable[str]] = tuple
    redact: Redactor | None = None
    statements: int = 0
    database_time: int = 0
    noted: Noted | None = None
    faults: list[Noted] = field(default_factory=list)


UNIT: ContextVar[Unit | None] = ContextVar("blogengine_unit", default=None)


def current_unit() -> Unit | None:
    """Return the unit of work that is under way here."""
    return UNIT.get()


def current_id() -> str:
    """Return the id of the unit under way; empty outside of one."""
    unit = UNIT.get()
    return unit.id if unit is not None else ""


def cleaned(text: str, redact: Redactor) -> str:
    """Return a text without the site's secrets and those that the unit under way was given."""
    unit = UNIT.get()
    if unit is None:
        return redact(text)
    return (unit.redact or redact)(text, unit.secrets())


def new_id() -> str:
    """Return an id that nobody has had: 32 hexadecimal digits, as W3C's trace ids."""
    return secrets.token_hex(16)


@contextmanager
def entered(unit: Unit) -> Iterator[Unit]:
    """Let what follows belong to a unit."""
    token = UNIT.set(unit)
    try:
        yield unit
    finally:
        UNIT.reset(token)


@contextmanager
def unit_of_work(
    id_: str = "", *, fields: Mapping[str, object] | None = None, redact: Redactor | None = None
) -> Iterator[Unit]:
    """Run what follows as one piece of work whose log lines and faults carry one id.

    For commands and jobs; without an id a new one is made.
    """
    given = dict(fields or {})
    with entered(Unit(id_ or new_id(), fields=lambda: given, redact=redact)) as unit:
        yield unit


def request_ids(environ: Mapping[str, object], *, trusted: bool) -> tuple[str, str]:
    """Return the id of a request and the id of the trace it belongs to.

    A valid `traceparent` gives both. `X-Request-Id` counts only behind a `trusted` proxy: anybody
    could give his request the id of another.
    """
    trace = _trace_id(str(environ.get("HTTP_TRACEPARENT", "")))
    given = str(environ.get("HTTP_X_REQUEST_ID", ""))
    if trusted and GIVEN_ID.fullmatch(given):
        return given, trace or given
    made = trace or new_id()
    return made, made


def _trace_id(header: str) -> str:
    match = TRACEPARENT.fullmatch(header)
    if match is None or match["version"] == "ff":
        return ""
    if match["version"] == "00" and len(header) != TRACEPARENT_LENGTH:
        return ""
    sender = header[36:52]
    return "" if not match["trace"].strip("0") or not sender.strip("0") else match["trace"]
