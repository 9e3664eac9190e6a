"""The first owner: made by whoever holds the link that the server printed. No default account."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from blogengine import changes
from blogengine.accounts import CredentialRow
from blogengine.clock import utcnow
from blogengine.db import db
from blogengine.errors import UserError
from blogengine.identity.accounts import (
    ACTIVE,
    Account,
    find_account,
    first_owner,
    owners,
    the_account,
)
from blogengine.identity.links import ENTER, SETUP, Links
from blogengine.identity.refusals import link_over
from blogengine.identity.setting_passwords import SettingPasswords
from blogengine.identity.tracing import tell
from blogengine.identity.values import OneUse
from blogengine.models import UserRow
from blogengine.names import check_name
from blogengine.slugs import fold
from blogengine.users import add_user, check_email

DEMO_OWNER = "Demo"


@dataclass(frozen=True, slots=True)
class FirstRun:
    """Making the first owner. Every method needs an application context.

    `links` alone are enough to print one.
    """

    links: Links
    passwords: SettingPasswords | None = None

    def needed(self) -> bool:
        """Whether nobody can sign in as an owner yet."""
        with Session(db.reading()) as session:
            return not owners(session)

    def link(self) -> OneUse | None:
        """Return a new one-use link to the first run's form; None when there is an owner."""
        with db.write() as session:
            return None if owners(session) else self.links.make(session, SETUP)

    def check(self, token: str) -> None:
        """Raise UserError unless the link still works."""
        self.links.look(db.reading(), SETUP, token)

    def accept(self, token: str, name: str, email: str, password: str) -> Account:
        """Make the first owner and use the link up; of two at once, one wins.

        A name that stands in the site already, of an owner who can't sign in, becomes theirs.
        Raises UserError for what doesn't fit, and then the link goes on working.
        """
        self.check(token)
        assert self.passwords is not None
        hashed = self.passwords.hashed(password, name, email)
        with db.write() as session:
            if owners(session):
                raise link_over()
            self.links.take(session, SETUP, token)
            return self.make_owner(session, name, email, hashed)

    def make_owner(self, session: Session, name: str, email: str, hashed: str) -> Account:
        """Make an owner who can sign in, in the caller's transaction."""
        if not email.strip():
            raise UserError(
                "An owner needs an e-mail address to sign in with.",
                code="user-invalid",
                action="Give one; readers never see it.",
                field="email",
                status=422,
            )
        row = _same_name(session, name)
        if row is None:
            row = add_user(session, name, email=email, role="owner")
        else:
            row.email = check_email(session, email, of=row.id)
            changes.record(session, [f"author:{row.id}"])
        session.add(
            CredentialRow(user_id=row.id, state=ACTIVE, password_hash=hashed, changed_at=utcnow())
        )
        session.flush()
        account = the_account(session, row.id)
        after = {"email": account.email, "state": ACTIVE, "password": "set"}
        tell(session, "made_owner", account, {}, after)
        return account

    def demo_link(self) -> OneUse:
        """Return a one-use link that signs an owner in, for the start of a demo.

        Without an owner one is made, whose only way in is this link: no password, no address.
        """
        with db.write() as session:
            found = first_owner(session)
            if found is None:
                row = _idle_owner(session) or add_user(session, DEMO_OWNER, role="owner")
                session.add(CredentialRow(user_id=row.id, state=ACTIVE, changed_at=utcnow()))
                session.flush()
                found = row.id
                tell(session, "accepted", the_account(session, found), {}, {"state": ACTIVE})
            return self.links.make(session, ENTER, found)

    def enter(self, token: str) -> Account:
        """Use such a link up and return whose it is."""
        with db.write() as session:
            user_id = self.links.take(session, ENTER, token)
            account = find_account(session, id=user_id) if user_id is not None else None
            if account is None or not account.active:
                raise link_over()
            return account


def _same_name(session: Session, name: str) -> UserRow | None:
    """Return an owner of this name who has never signed in: `init --author` makes one."""
    wanted = fold(check_name(name, field="name", what="name"))
    return next((row for row in _idle_owners(session) if fold(row.name) == wanted), None)


def _idle_owner(session: Session) -> UserRow | None:
    return next(iter(_idle_owners(session)), None)


def _idle_owners(session: Session) -> list[UserRow]:
    query = (
        select(UserRow)
        .outerjoin(CredentialRow, CredentialRow.user_id == UserRow.id)
        .where(UserRow.role == "owner", CredentialRow.user_id.is_(None))
        .order_by(UserRow.id)
    )
    return list(session.scalars(query))
