"""What has begun and waits for its second half; it can be finished once, and not for long."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select

from blogengine.clock import utcnow
from blogengine.db import db
from blogengine.identity.lifetimes import STEP
from blogengine.identity.references import digest, new_reference
from blogengine.runtime import StepRow


@dataclass(frozen=True, slots=True)
class Step:
    """Something that has begun, for whom, and what is to be remembered of it."""

    user_id: int
    data: dict[str, Any]


class Steps:
    """The table of begun things."""

    def begin(self, purpose: str, user_id: int, **data: Any) -> str:
        """Remember a beginning; return the reference that goes with the form."""
        pending, now = new_reference(), utcnow()
        with db.runtime_write() as session:
            session.execute(delete(StepRow).where(StepRow.expires_at <= now))
            session.add(
                StepRow(
                    digest=digest(pending),
                    purpose=purpose,
                    user_id=user_id,
                    data=json.dumps(data),
                    expires_at=now + STEP,
                )
            )
        return pending

    def look(self, purpose: str, pending: str) -> Step | None:
        """Return what has begun, and leave it there."""
        query = select(StepRow.user_id, StepRow.data).where(
            StepRow.digest == digest(pending),
            StepRow.purpose == purpose,
            StepRow.expires_at > utcnow(),
        )
        with db.runtime_reading() as connection:
            row = connection.execute(query).first()
        return Step(row.user_id, json.loads(row.data)) if row else None

    def finish(self, purpose: str, pending: str) -> Step | None:
        """Return what has begun and take it away: of two who finish it at once, one gets it."""
        step = self.look(purpose, pending)
        with db.runtime_write() as session:
            gone: Any = session.execute(
                delete(StepRow).where(StepRow.digest == digest(pending), StepRow.purpose == purpose)
            )
            return step if gone.rowcount else None
