"""Lines of the audit trail, written in the transaction of the act they tell of.

A line says who did what to what: the actor as they were called then, `before` and `after` of the
fields that differ, and the request it came with. No secret stands in it, and of a long text only
its hash and length: the texts themselves are in the post's revisions.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import has_request_context, request
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from blogengine.actors import ENGINE, current_actor, require
from blogengine.audited import EXEMPT, AuditLine
from blogengine.clock import utcnow
from blogengine.db import db
from blogengine.errors import NotFound
from blogengine.logs import current_id
from blogengine.ownership import writing_as
from blogengine.queries import audit as reading
from blogengine.running import acting_plugin
from blogengine.trail import SHORTEST_DAYS, AuditRow

LONGEST_TEXT = 300
"""Characters up to which a text is kept as it is."""

CHANGED = "changed"
"""All that is told of a secret."""

ACT = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Entry:
    """An act to write down: `subject` is a kind and an id, such as "post:7".

    `title` is what the subject is called; fields of `before` and `after` that are equal are left
    out.
    """

    act: str
    subject: str
    title: str = ""
    before: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    after: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


def record(
    session: Session,
    act: str,
    *,
    subject: str,
    title: str = "",
    before: Mapping[str, Any] = NOTHING,
    after: Mapping[str, Any] = NOTHING,
) -> None:
    """Write one line, in the caller's transaction."""
    record_all(session, [Entry(act, subject, title, before, after)])


def record_all(session: Session, entries: Iterable[Entry]) -> None:
    """Write lines by one statement, in the caller's transaction."""
    circumstances = _circumstances()
    rows = [{**_columns(entry), **circumstances} for entry in entries]
    if rows:
        session.execute(insert(AuditRow), rows)


def no_act(session: Session, *tables: str) -> None:
    """Say that what is written to these tables is the engine's own book-keeping, nobody's act."""
    session.info[EXEMPT] = session.info.get(EXEMPT, frozenset()) | {*tables}


def prune(days: int) -> int:
    """Delete the lines older than this many days; return how many.

    The database itself refuses to delete what is younger than SHORTEST_DAYS.
    """
    oldest = utcnow() - timedelta(days=max(days, SHORTEST_DAYS))
    with db.write() as session:
        gone = session.execute(delete(AuditRow).where(AuditRow.at < oldest))
        return int(gone.rowcount)  # type: ignore[attr-defined]


def _columns(entry: Entry) -> dict[str, Any]:
    kind, _, number = entry.subject.partition(":")
    if not ACT.fullmatch(entry.act) or not kind or not number:
        raise ValueError(f"{entry.act!r} on {entry.subject!r}: an act is a.b, a subject kind:id.")
    changed = sorted(
        name
        for name in {*entry.before, *entry.after}
        if name not in entry.before
        or name not in entry.after
        or entry.before[name] != entry.after[name]
    )
    return {
        "act": entry.act[:80],
        "subject_kind": storable(kind, 40),
        "subject_id": storable(number, 200),
        "subject_title": storable(entry.title, 300),
        "before": _json(entry.before, changed),
        "after": _json(entry.after, changed),
    }


def _circumstances() -> dict[str, Any]:
    actor = current_actor()
    # What is due is published by whatever request comes first; its visitor has no part in it.
    asked = has_request_context() and actor.kind != ENGINE
    return {
        "at": utcnow(),
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "actor_name": storable(actor.name, 200),
        "plugin": acting_plugin(),
        "request": current_id(),
        "session": storable(actor.session, 80),
        "address": truncated(request.remote_addr or "") if asked else "",
    }


def _json(values: Mapping[str, Any], names: Iterable[str]) -> str:
    told = {storable(name): told_of(values[name]) for name in names if name in values}
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def told_of(value: Any) -> Any:
    """Return what a line tells of a value: JSON, with a long text as its hash and length."""
    if isinstance(value, bytes):
        return _digest(value, len(value.decode("utf-8", "surrogatepass")))
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            return _digest(value.encode("utf-8", "surrogatepass"), len(value))
        return storable(value)
    if isinstance(value, Mapping):
        return {storable(str(key)): told_of(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value) if isinstance(value, set | frozenset) else value
        return [told_of(item) for item in items]
    if value is None or isinstance(value, bool | int | float):
        return value
    return storable(str(value)[:LONGEST_TEXT])


def _digest(text: bytes, length: int) -> dict[str, object]:
    return {"sha256": hashlib.sha256(text).hexdigest(), "length": length}


def storable(text: str, most: int | None = None) -> str:
    """Return a text as every database takes it, cut to its column."""
    return text[:most].replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def truncated(address: str) -> str:
    """Return the network an address lies in: /24, or /48 of IPv6. A line names no household."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    bits = 24 if found.version == 4 else 48
    return str(ipaddress.ip_network(f"{found}/{bits}", strict=False))


class Audit:
    """`site.audit`: what plugins did stands in the trail beside everything else."""

    def record(
        self,
        session: Session,
        act: str,
        *,
        subject: str,
        title: str = "",
        before: Mapping[str, Any] = NOTHING,
        after: Mapping[str, Any] = NOTHING,
    ) -> None:
        """Write a line in the transaction of `site.db.write()`.

        `act` such as "approved" is put behind the running plugin's name; `subject` such as
        "comments:7" is a kind that begins with it and an id. `before` and `after` hold the fields
        that differ, never a secret. Raises ValueError for other subjects.
        """
        plugin = acting_plugin()
        kind = subject.partition(":")[0]
        if plugin and kind != plugin and not kind.startswith(f"{plugin}_"):
            raise ValueError(f"The subject {subject!r} must begin with {plugin!r}.")
        session.flush()
        with writing_as(""):
            name = f"{plugin}.{act}" if plugin else act
            record(session, name, subject=subject, title=title, before=before, after=after)

    def find(
        self,
        *,
        subject: str = "",
        actor: str = "",
        act: str = "",
        since: datetime | None = None,
        limit: int = 50,
        before: int = 0,
    ) -> tuple[AuditLine, ...]:
        """Return lines, the newest first; with `before`, an id, only older ones. Raises Denied.

        `subject` is "post:7"; `actor` a kind such as "operator", "person:3", or a name.
        """
        require("audit.read")
        return reading.find_lines(
            db.reading(),
            subject=subject,
            actor=actor,
            act=act,
            since=since,
            limit=limit,
            before=before,
        )

    def get(self, number: int) -> AuditLine:
        """Return one line; raises NotFound, Denied."""
        require("audit.read")
        found = reading.line(db.reading(), number)
        if found is None:
            raise NotFound(
                f"The audit trail has no line {number}.",
                code="audit-unknown",
                action="See `blogengine audit list`; old lines are deleted after a time.",
            )
        return found
