"""Sessions on the server: what a cookie stands for, how long, and how it ends.

A cookie holds a random reference and nothing else. The row found by its digest says who it is;
without the row the cookie is dead, wherever copies of it lie.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, select, text, update
from sqlalchemy.orm import Session

from blogengine.clock import utcnow
from blogengine.db import db
from blogengine.identity.devices import label, shortened
from blogengine.identity.lifetimes import ABSOLUTE, IDLE, IDLE_REMEMBERED, MOST_SESSIONS, TOUCH
from blogengine.identity.references import digest, new_reference
from blogengine.identity.values import Caller, SessionInfo
from blogengine.runtime import SessionRow

SESSION_LOCK = 0x73657373
"""First number of the PostgreSQL advisory lock that keeps an account's number of sessions."""

COLUMNS = (
    SessionRow.id,
    SessionRow.user_id,
    SessionRow.device,
    SessionRow.address,
    SessionRow.remembered,
    SessionRow.created_at,
    SessionRow.seen_at,
    SessionRow.confirmed_at,
    SessionRow.expires_at,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A session that is alive, and the epoch it belongs to."""

    info: SessionInfo
    epoch: int


class Sessions:
    """The table of sessions; every method is one short statement or transaction of its own."""

    def start(
        self, user_id: int, epoch: int, caller: Caller, *, remember: bool
    ) -> tuple[str, SessionInfo]:
        """Begin a session and return its cookie; of too many, those used longest ago end."""
        now, cookie = utcnow(), new_reference()
        info = SessionInfo(
            id=secrets.token_hex(8),
            user_id=user_id,
            device=label(caller.user_agent),
            address=shortened(caller.address),
            remembered=remember,
            created_at=now,
            seen_at=now,
            confirmed_at=now,
            expires_at=now + ABSOLUTE,
        )
        with db.runtime_write() as session:
            _one_at_a_time(session, user_id)
            values = {column.key: getattr(info, column.key) for column in COLUMNS}
            session.add(SessionRow(digest=digest(cookie), epoch=epoch, **values))
            session.flush()
            others = (
                select(SessionRow.id)
                .where(SessionRow.user_id == user_id, SessionRow.id != info.id)
                .order_by(SessionRow.seen_at.desc(), SessionRow.created_at.desc())
                .offset(MOST_SESSIONS - 1)
            )
            oldest = list(session.scalars(others))
            session.execute(delete(SessionRow).where(SessionRow.id.in_(oldest)))
        return cookie, info

    def find(self, cookie: str) -> Found | None:
        """Return the session a cookie stands for, while its time isn't over."""
        if not cookie:
            return None
        query = select(*COLUMNS, SessionRow.epoch).where(SessionRow.digest == digest(cookie))
        with db.runtime_reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        info = _info(row)
        return Found(info, row.epoch) if alive(info, utcnow()) else None

    def touch(self, info: SessionInfo) -> None:
        """Note that a session is used, at most once a minute."""
        now = utcnow()
        if now - info.seen_at < TOUCH:
            return
        with db.runtime_write() as session:
            session.execute(
                update(SessionRow)
                .where(SessionRow.id == info.id, SessionRow.seen_at == info.seen_at)
                .values(seen_at=now)
            )

    def renew(self, session_id: str, epoch: int, *, confirmed: bool = True) -> str | None:
        """Give a session a new cookie, as at every gain of rights; None when it has ended.

        It goes on with this epoch; `confirmed` says that the password was given just now.
        """
        cookie, now = new_reference(), utcnow()
        values: dict[str, Any] = {"digest": digest(cookie), "epoch": epoch, "seen_at": now}
        if confirmed:
            values["confirmed_at"] = now
        with db.runtime_write() as session:
            changed = session.execute(
                update(SessionRow).where(SessionRow.id == session_id).values(**values)
            )
        return cookie if _rows(changed) else None

    def of(self, user_id: int, epoch: int) -> tuple[SessionInfo, ...]:
        """Return a person's living sessions, the one used last first."""
        query = select(*COLUMNS).where(SessionRow.user_id == user_id, SessionRow.epoch == epoch)
        with db.runtime_reading() as connection:
            rows = connection.execute(query.order_by(SessionRow.seen_at.desc())).all()
        now = utcnow()
        return tuple(info for row in rows if alive(info := _info(row), now))

    def end(self, cookie: str) -> None:
        """End the session of a cookie, if there is one."""
        with db.runtime_write() as session:
            session.execute(delete(SessionRow).where(SessionRow.digest == digest(cookie)))

    def end_one(self, session_id: str, user_id: int | None = None) -> bool:
        """End a session by its public id, of this person if one is given; tell whether it was."""
        condition = delete(SessionRow).where(SessionRow.id == session_id)
        if user_id is not None:
            condition = condition.where(SessionRow.user_id == user_id)
        with db.runtime_write() as session:
            return bool(_rows(session.execute(condition)))

    def end_all(self, user_id: int, *, but: str = "") -> int:
        """End a person's sessions except the one with this public id; return how many."""
        gone = delete(SessionRow).where(SessionRow.user_id == user_id, SessionRow.id != but)
        with db.runtime_write() as session:
            return _rows(session.execute(gone))

    def prune(self) -> int:
        """Delete what is over anyway; return how many. Nothing depends on it."""
        now = utcnow()
        over: Select[Any] = select(SessionRow.id).where(
            (SessionRow.expires_at <= now)
            | (SessionRow.seen_at <= now - IDLE_REMEMBERED)
            | (SessionRow.remembered.is_(False) & (SessionRow.seen_at <= now - IDLE))
        )
        with db.runtime_write() as session:
            return _rows(session.execute(delete(SessionRow).where(SessionRow.id.in_(over))))


def alive(info: SessionInfo, now: datetime) -> bool:
    """Whether neither the time without use nor the whole time is over."""
    return now < info.expires_at and now - info.seen_at < idle(info)


def idle(info: SessionInfo) -> timedelta:
    return IDLE_REMEMBERED if info.remembered else IDLE


def _info(row: Any) -> SessionInfo:
    return SessionInfo(**{column.key: getattr(row, column.key) for column in COLUMNS})


def _rows(result: Any) -> int:
    return int(result.rowcount)


def _one_at_a_time(session: Session, user_id: int) -> None:
    """SQLite has one writer anyway; on PostgreSQL two sign-ins at once would count alike."""
    if session.connection().dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(:lock, :user)")
        session.execute(lock, {"lock": SESSION_LOCK, "user": user_id})
