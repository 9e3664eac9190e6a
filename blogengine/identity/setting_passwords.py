"""New passwords: chosen by an operator, changed with the current one, or by a mailed link."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from blogengine.accounts import CredentialRow
from blogengine.clock import utcnow
from blogengine.identity.accounts import ACTIVE, INVITED, Account
from blogengine.identity.attempts import Attempts
from blogengine.identity.hashing import Hashing
from blogengine.identity.links import ENTER, INVITATION, NEW_PASSWORD, Links
from blogengine.identity.passwords import check_password, comparable
from blogengine.identity.refusals import wrong_password
from blogengine.identity.tracing import tell_password


@dataclass(frozen=True, slots=True)
class SettingPasswords:
    """Checks and stores passwords. `title` is the site's."""

    hashing: Hashing
    attempts: Attempts
    links: Links
    title: Callable[[], str]

    def hashed(self, password: str, name: str = "", email: str = "") -> str:
        """Return the hash of a password that fits; raises UserError for one that doesn't."""
        words = (self.title(), name, email, email.partition("@")[0], *name.split())
        return self.hashing.hash(check_password(password, own_words=words))

    def store(self, session: Session, account: Account, hashed: str) -> int:
        """Store a hash in the caller's transaction and end the sessions; return the new epoch.

        Links to new passwords end as well. An invited person is active from here on.
        """
        state = ACTIVE if account.state == INVITED else account.state
        self.links.end(session, account.id, NEW_PASSWORD, INVITATION, ENTER)
        tell_password(session, account, state)
        session.execute(
            update(CredentialRow)
            .where(CredentialRow.user_id == account.id)
            .values(password_hash=hashed, state=state, changed_at=utcnow())
        )
        return next_epoch(session, account.id)

    def checked(self, account: Account, password: str) -> None:
        """Raise Refused unless this is the account's password. Counts the attempt."""
        self.attempts.confirm(account.id)
        if not self.hashing.check(account.password_hash, comparable(password)):
            raise wrong_password()


def next_epoch(session: Session, user_id: int) -> int:
    """End all sessions of a person when the caller's transaction commits; return the new epoch."""
    changed: Any = session.execute(
        update(CredentialRow)
        .where(CredentialRow.user_id == user_id)
        .values(epoch=CredentialRow.epoch + 1)
        .returning(CredentialRow.epoch)
    )
    return int(changed.scalar_one())
