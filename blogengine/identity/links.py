"""Links that work once: made for one purpose, kept as a digest, gone with their use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, delete, select
from sqlalchemy.orm import Session

from blogengine.accounts import LinkRow
from blogengine.clock import utcnow
from blogengine.identity.lifetimes import DEMO, FIRST_RUN, RESET
from blogengine.identity.lifetimes import INVITATION as INVITATION_TIME
from blogengine.identity.references import digest, new_reference
from blogengine.identity.refusals import link_over
from blogengine.identity.values import OneUse


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a link is for, where it leads and how long it works."""

    name: str
    path: str
    lifetime: timedelta


SETUP = Purpose("setup", "/admin/setup/", FIRST_RUN)
ENTER = Purpose("enter", "/admin/enter/", DEMO)
NEW_PASSWORD = Purpose("reset", "/admin/reset/", RESET)
INVITATION = Purpose("invitation", "/admin/invitation/", INVITATION_TIME)
PURPOSES = (SETUP, ENTER, NEW_PASSWORD, INVITATION)


@dataclass(frozen=True, slots=True)
class Links:
    """Makes and takes one-use links. Addresses begin with what the owner says, never a request."""

    base_url: Callable[[], str]
    every: tuple[Purpose, ...] = PURPOSES

    def make(self, session: Session, purpose: Purpose, user_id: int | None = None) -> OneUse:
        """Make a link in the caller's transaction; the person's earlier one of its kind ends.

        Of the links to the first run's form only the newest works.
        """
        now, token = utcnow(), new_reference()
        session.execute(delete(LinkRow).where(LinkRow.expires_at <= now))
        if user_id is not None:
            self.end(session, user_id, purpose)
        elif purpose is SETUP:
            session.execute(delete(LinkRow).where(LinkRow.purpose == purpose.name))
        expires_at = now + purpose.lifetime
        session.add(
            LinkRow(
                digest=digest(token), purpose=purpose.name, user_id=user_id, expires_at=expires_at
            )
        )
        session.flush()
        path = purpose.path + token
        return OneUse(token, path, self.base_url() + path, expires_at)

    def look(self, door: Connection | Session, purpose: Purpose, token: str) -> int | None:
        """Return whose a link is, None for nobody's; raises UserError when it doesn't work."""
        query = select(LinkRow.user_id).where(
            LinkRow.digest == digest(token),
            LinkRow.purpose == purpose.name,
            LinkRow.expires_at > utcnow(),
        )
        row = door.execute(query).first()
        if row is None:
            raise link_over()
        user_id: int | None = row.user_id
        return user_id

    def take(self, session: Session, purpose: Purpose, token: str) -> int | None:
        """Use a link up in the caller's transaction: `db.write()` lets one in at a time."""
        user_id = self.look(session, purpose, token)
        session.execute(delete(LinkRow).where(LinkRow.digest == digest(token)))
        return user_id

    def end(self, session: Session, user_id: int, *purposes: Purpose) -> None:
        """End a person's links of these purposes."""
        names = [purpose.name for purpose in purposes]
        session.execute(
            delete(LinkRow).where(LinkRow.user_id == user_id, LinkRow.purpose.in_(names))
        )
