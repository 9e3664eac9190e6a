"""Finding the person and the credentials of an account; used on both sides of a transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from blogengine.accounts import CredentialRow, PasskeyRow
from blogengine.actors import PERSON, Actor
from blogengine.identity.refusals import unknown_person
from blogengine.identity.values import Person, SessionInfo
from blogengine.models import UserRow
from blogengine.users import fold_email

INVITED, ACTIVE, DISABLED = "invited", "active", "disabled"


@dataclass(frozen=True, slots=True)
class Account:
    """A person with what they sign in by. Stays inside identity: it holds the password's hash."""

    id: int
    slug: str
    name: str
    email: str
    role: str
    state: str
    password_hash: str
    epoch: int
    totp_nonce: str
    totp_step: int

    def __repr__(self) -> str:
        return f"Account({self.id})"

    @property
    def active(self) -> bool:
        return self.state == ACTIVE

    @property
    def strong(self) -> bool:
        """Whether a password alone lets nobody in: an app's code is asked, or there is none."""
        return bool(self.totp_nonce) or not self.password_hash

    def actor(self, session: SessionInfo) -> Actor:
        """Return who acts in a session of this account."""
        return Actor(
            PERSON,
            id=self.id,
            name=self.name,
            role=self.role,
            session=session.id,
            confirmed_at=session.confirmed_at,
            second_factor=self.strong,
        )

    def person(self, passkeys: int = 0) -> Person:
        """Return what others may know of the account."""
        return Person(
            id=self.id,
            slug=self.slug,
            name=self.name,
            email=self.email,
            role=self.role,
            state=self.state,
            has_password=bool(self.password_hash),
            second_factor=bool(self.totp_nonce),
            passkeys=passkeys,
        )


def find_account(
    door: Connection | Session, *, id: int | None = None, email: str = "", who: str = ""
) -> Account | None:
    """Return an account by its id, its e-mail address, or what an operator calls it."""
    query = _query()
    if id is not None:
        query = query.where(UserRow.id == id)
    elif email:
        query = query.where(UserRow.email == fold_email(email))
    else:
        query = query.where((UserRow.slug == who) | (UserRow.email == fold_email(who)))
    row = door.execute(query).first()
    return _account(row) if row is not None else None


def the_account(door: Connection | Session, user_id: int) -> Account:
    """Return an account by its id; raises NotFound without one."""
    found = find_account(door, id=user_id)
    if found is None:
        raise unknown_person(str(user_id))
    return found


def all_people(door: Connection | Session) -> tuple[Person, ...]:
    """Return everybody, by name."""
    counted = select(PasskeyRow.user_id, func.count()).group_by(PasskeyRow.user_id)
    passkeys = {user: number for user, number in door.execute(counted)}
    rows = door.execute(_query().order_by(UserRow.name, UserRow.id))
    return tuple(_account(row).person(passkeys.get(row.id, 0)) for row in rows)


def has_passkey(session: Session, user_id: int) -> bool:
    """Whether somebody can sign in by a passkey."""
    query = select(PasskeyRow.id).where(PasskeyRow.user_id == user_id)
    return session.scalars(query).first() is not None


def first_owner(session: Session) -> int | None:
    """Return the owner who can sign in and has been there longest."""
    query = (
        select(UserRow.id)
        .join(CredentialRow, CredentialRow.user_id == UserRow.id)
        .where(UserRow.role == "owner", CredentialRow.state == ACTIVE)
        .order_by(UserRow.id)
    )
    return session.scalars(query).first()


def owners(session: Session) -> int:
    """Return how many owners can sign in."""
    query = (
        select(func.count())
        .select_from(UserRow)
        .join(CredentialRow, CredentialRow.user_id == UserRow.id)
        .where(UserRow.role == "owner", CredentialRow.state == ACTIVE)
    )
    return int(session.scalar(query) or 0)


def _query() -> Any:
    query = select(
        UserRow.id,
        UserRow.slug,
        UserRow.name,
        UserRow.email,
        UserRow.role,
        CredentialRow.state,
        CredentialRow.password_hash,
        CredentialRow.epoch,
        CredentialRow.totp_nonce,
        CredentialRow.totp_step,
    )
    return query.outerjoin(CredentialRow, CredentialRow.user_id == UserRow.id)


def _account(row: Any) -> Account:
    return Account(
        id=row.id,
        slug=row.slug,
        name=row.name,
        email=row.email or "",
        role=row.role,
        state=row.state or "",
        password_hash=row.password_hash or "",
        epoch=row.epoch or 0,
        totp_nonce=row.totp_nonce or "",
        totp_step=row.totp_step or 0,
    )
