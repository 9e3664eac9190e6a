"""What the audit trail tells of people who sign in; of passwords only that they changed."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from blogengine import audit
from blogengine.accounts import CredentialRow
from blogengine.identity.accounts import INVITED, Account


def tell(
    session: Session,
    act: str,
    account: Account,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    """Write a line about a person in the caller's transaction; `act` such as "disabled"."""
    subject = f"user:{account.id}"
    audit.record(
        session, f"user.{act}", subject=subject, title=account.name, before=before, after=after
    )


def tell_password(session: Session, account: Account, state: str) -> None:
    """Write that a password was set, by which an invited person becomes an active one."""
    before = {"state": account.state, "password": "set" if account.password_hash else ""}
    act = "accepted" if account.state == INVITED else "password_changed"
    tell(session, act, account, before, {"state": state, "password": audit.CHANGED})


def signing_in(session: Session) -> None:
    """Say that what is written belongs to a sign-in: nobody decided anything about a person."""
    audit.no_act(session, CredentialRow.__tablename__)
