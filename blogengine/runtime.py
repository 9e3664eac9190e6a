"""Tables of what changes without mattering to readers: plugins' faults, who did
what how often, who is signed in, and what somebody types and hasn't saved.

On SQLite they stand in `instance/runtime.db`, else beside the others. Nothing here is content:
without the file a site is as it was.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Double, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from blogengine.db import NAMING, UtcDateTime


class RuntimeBase(DeclarativeBase):
    """Declarative base of these tables, whose history is its own."""

    metadata = MetaData(naming_convention=NAMING)


class FaultRow(RuntimeBase):
    """One way in which a plugin fails, with its last sample."""

    __tablename__ = "runtime_fault"

    plugin: Mapped[str] = mapped_column(String(40), primary_key=True)
    hook: Mapped[str] = mapped_column(String(200), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    count: Mapped[int]
    error: Mapped[str] = mapped_column(Text)
    trace: Mapped[str] = mapped_column(Text)
    request: Mapped[str] = mapped_column(String(80))


class CircuitRow(RuntimeBase):
    """A plugin's circuit as all processes share it; times are seconds since the epoch.

    `failures` is a JSON list of pairs: until when one counts, and for how many.
    """

    __tablename__ = "runtime_circuit"

    plugin: Mapped[str] = mapped_column(String(40), primary_key=True)
    failures: Mapped[str] = mapped_column(Text)
    open_until: Mapped[float] = mapped_column(Double)
    pause: Mapped[float] = mapped_column(Double)
    why: Mapped[str] = mapped_column(Text)
    unfit: Mapped[bool]


class CostRow(RuntimeBase):
    """What the calls of one hook of a plugin cost, over all processes; nanoseconds."""

    __tablename__ = "runtime_cost"

    plugin: Mapped[str] = mapped_column(String(40), primary_key=True)
    hook: Mapped[str] = mapped_column(String(200), primary_key=True)
    calls: Mapped[int] = mapped_column(BigInteger)
    failures: Mapped[int] = mapped_column(BigInteger)
    slow: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)
    worst: Mapped[int] = mapped_column(BigInteger)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class LimitRow(RuntimeBase):
    """How often somebody did something; `until` is seconds since the epoch.

    `hits` counts in a fixed window; `moments` is a JSON list of times in a moving one.
    """

    __tablename__ = "runtime_limit"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    hits: Mapped[int] = mapped_column(BigInteger)
    moments: Mapped[str] = mapped_column(Text)
    until: Mapped[float] = mapped_column(Double, index=True)


class SessionRow(RuntimeBase):
    """Somebody who is signed in on one device. `digest` is the SHA-256 of what the cookie holds.

    `epoch` is that of the person's credentials at the time: with a later one the session is over.
    """

    __tablename__ = "runtime_session"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(index=True)
    epoch: Mapped[int]
    device: Mapped[str] = mapped_column(String(100))
    address: Mapped[str] = mapped_column(String(50))
    remembered: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class AutosaveRow(RuntimeBase):
    """What somebody typed into one form and hasn't saved: `fields` is JSON of the form.

    `post_id` is 0 for a post that isn't there yet; `form` tells two tabs of one post apart.
    `version` is that of the post when the form was opened.
    """

    __tablename__ = "runtime_autosave"
    __table_args__ = (UniqueConstraint("user_id", "post_id", "form"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    post_id: Mapped[int]
    form: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    fields: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    discarded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReportRow(RuntimeBase):
    """What the last long look at the site found, as JSON."""

    __tablename__ = "runtime_report"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    text: Mapped[str] = mapped_column(Text)


class StepRow(RuntimeBase):
    """Something of several steps that has begun: a second factor is awaited, a passkey's answer.

    Whoever finishes it deletes the row, so it can be finished once. `data` is JSON.
    """

    __tablename__ = "runtime_step"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[int]
    data: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class TokenUseRow(RuntimeBase):
    """When an API token was last used, to the minute."""

    __tablename__ = "runtime_token_use"

    token: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class FailureRow(RuntimeBase):
    """A request, command or job that failed; the last ones of each `room` are kept."""

    __tablename__ = "runtime_failure"

    id: Mapped[int] = mapped_column(primary_key=True)
    request: Mapped[str] = mapped_column(String(80), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    room: Mapped[str] = mapped_column(String(20), index=True)
    method: Mapped[str] = mapped_column(String(10))
    path: Mapped[str] = mapped_column(String(300))
    route: Mapped[str] = mapped_column(String(200))
    status: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(60))
    error: Mapped[str] = mapped_column(String(200))
    message: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    plugin: Mapped[str] = mapped_column(String(40))
    trace: Mapped[str] = mapped_column(Text)
    user: Mapped[str] = mapped_column(String(80))


class RequestRow(RuntimeBase):
    """How many requests of one kind there were, and how long they took; nanoseconds.

    `class_0` to `class_4` count them by duration: see blogengine.telemetry.figures.
    """

    __tablename__ = "runtime_request"

    route: Mapped[str] = mapped_column(String(200), primary_key=True)
    method: Mapped[str] = mapped_column(String(10), primary_key=True)
    status: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)
    class_0: Mapped[int] = mapped_column(BigInteger)
    class_1: Mapped[int] = mapped_column(BigInteger)
    class_2: Mapped[int] = mapped_column(BigInteger)
    class_3: Mapped[int] = mapped_column(BigInteger)
    class_4: Mapped[int] = mapped_column(BigInteger)
    statements: Mapped[int] = mapped_column(BigInteger)
    database_time: Mapped[int] = mapped_column(BigInteger)


class MissingRow(RuntimeBase):
    """An address that visitors asked for in vain."""

    __tablename__ = "runtime_missing"

    path: Mapped[str] = mapped_column(String(500), primary_key=True)
    count: Mapped[int] = mapped_column(index=True)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
