"""Reports of long looks at the site: the last one of each kind."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from blogengine.clock import utcnow
from blogengine.db import db
from blogengine.runtime import ReportRow


@dataclass(frozen=True, slots=True)
class Report:
    """What a look found, and when: one dictionary for each finding."""

    at: datetime
    findings: tuple[dict[str, Any], ...]


def write_report(name: str, findings: list[dict[str, Any]]) -> None:
    """Keep a report in the place of the one before."""
    with db.runtime_write() as session:
        session.execute(delete(ReportRow).where(ReportRow.name == name))
        session.execute(insert(ReportRow).values(name=name, at=utcnow(), text=json.dumps(findings)))


def read_report(name: str) -> Report | None:
    """Return the last report, or None."""
    with db.runtime_reading() as connection:
        query = select(ReportRow.at, ReportRow.text).where(ReportRow.name == name)
        row = connection.execute(query).first()
    return None if row is None else Report(row.at, tuple(json.loads(row.text)))
