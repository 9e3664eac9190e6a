"""The people of a site: invited, given a role, switched off and on. One owner always stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from blogengine import changes
from blogengine.accounts import CredentialRow
from blogengine.actors import require
from blogengine.clock import utcnow
from blogengine.confirming import require_confirmed
from blogengine.db import db
from blogengine.errors import UserError
from blogengine.identity.accounts import (
    ACTIVE,
    DISABLED,
    INVITED,
    Account,
    all_people,
    find_account,
    has_passkey,
    owners,
    the_account,
)
from blogengine.identity.links import INVITATION, Links
from blogengine.identity.refusals import has_posts, last_owner, link_over, unfit, unknown_person
from blogengine.identity.rights import OWNER, require_over, require_own_or_over
from blogengine.identity.sessions import Sessions
from blogengine.identity.setting_passwords import SettingPasswords, next_epoch
from blogengine.identity.tracing import tell
from blogengine.identity.values import OneUse, Person
from blogengine.languages import translator
from blogengine.models import ListingCountRow, PostAuthorRow, UserRow
from blogengine.names import check_name
from blogengine.permissions import ROLES
from blogengine.users import add_user, check_email, told_of

_ = translator(__name__)


class Mailer(Protocol):
    """Puts a mail into the outbox in the running transaction."""

    def __call__(
        self, session: Session, to: str, subject: str, text: str, *, secret: bool = False
    ) -> None:
        """`secret` says that the text holds what lets its reader in."""


Relabelled = Callable[[Session, Sequence[int]], None]
"""Told inside of a write which posts name somebody otherwise by it."""


@dataclass(frozen=True, slots=True)
class People:
    """Who there is, and what they may. Every method needs an application context."""

    sessions: Sessions
    links: Links
    passwords: SettingPasswords
    mail: Mailer
    title: Callable[[], str]
    relabelled: Relabelled

    def all(self) -> tuple[Person, ...]:
        """Return everybody, by name, those who can't sign in as well."""
        require("people.read")
        return all_people(db.reading())

    def find(self, who: str) -> Person:
        """Return a person by slug, e-mail address or number; raises NotFound."""
        require("people.read")
        number = int(who) if who.isascii() and who.isdigit() and len(who) < 10 else None
        found = find_account(db.reading(), who=who)
        if found is None and number is not None:
            found = find_account(db.reading(), id=number)
        if found is None:
            raise unknown_person(who)
        return found.person()

    def invite(self, name: str, email: str, role: str = "author") -> OneUse:
        """Make a person who chooses their own password by the link in a mail; return that link.

        Somebody who has no way to sign in yet is invited by their name. Raises UserError.
        """
        require_over(role)
        require_confirmed()
        with db.write() as session:
            person = self._nameless(session, name)
            if person is None:
                person = add_user(session, name, email=_needed(email), role=role)
                before = {}
            else:
                before = {"email": person.email, "role": person.role}
                person.email, person.role = check_email(session, _needed(email), of=person.id), role
            session.add(CredentialRow(user_id=person.id, state=INVITED, changed_at=utcnow()))
            session.flush()
            account = the_account(session, person.id)
            after = {"email": account.email, "role": role, "state": INVITED}
            tell(session, "invited", account, before, after)
            return self._send_invitation(session, account)

    def invite_again(self, user_id: int) -> OneUse:
        """Make a new link for somebody who hasn't accepted; the earlier one ends."""
        require("people.manage")
        require_confirmed()
        with db.write() as session:
            account = the_account(session, user_id)
            require_over(account.role)
            if account.state != INVITED:
                raise unfit("person", f"{account.name} isn't invited.", "Send a new password link.")
            return self._send_invitation(session, account)

    def check_invitation(self, token: str) -> Person:
        """Return who is invited by a link; raises UserError when it doesn't work."""
        user_id = self.links.look(db.reading(), INVITATION, token)
        account = find_account(db.reading(), id=user_id) if user_id is not None else None
        if account is None or account.state != INVITED:
            raise link_over()
        return account.person()

    def accept(self, token: str, password: str) -> Account:
        """Accept an invitation with a password of one's own; the link works once."""
        person = self.check_invitation(token)
        hashed = self.passwords.hashed(password, person.name, person.email)
        with db.write() as session:
            user_id = self.links.take(session, INVITATION, token)
            account = the_account(session, user_id or 0)
            if account.state != INVITED:
                raise link_over()
            self.passwords.store(session, account, hashed)
            return the_account(session, account.id)

    def set_role(self, user_id: int, role: str) -> Person:
        """Give somebody another role; their sessions end. Raises UserError for the last owner."""
        if role not in ROLES:
            raise unfit("role", f"The role {role!r:.40} isn't one of {', '.join(ROLES)}.")
        require_over(role)
        require_confirmed()
        with self._changing(user_id) as (session, account):
            tell(session, "role_changed", account, {"role": account.role}, {"role": role})
            session.execute(update(UserRow).where(UserRow.id == user_id).values(role=role))
        return self._after(user_id)

    def disable(self, user_id: int) -> Person:
        """Let somebody sign in no more; sessions, tokens and links end. Their posts stay."""
        return self._set_state(user_id, DISABLED)

    def enable(self, user_id: int) -> Person:
        """Let somebody sign in again, who has a password or passkey; else they are invited."""
        return self._set_state(user_id, ACTIVE)

    def change_email(self, user_id: int, email: str) -> Person:
        """Change the address somebody signs in by; the old address is told."""
        require_own_or_over(user_id, the_account(db.reading(), user_id).role)
        require_confirmed()
        with db.write() as session:
            account = the_account(session, user_id)
            address = check_email(session, _needed(email), of=user_id)
            tell(session, "email_changed", account, {"email": account.email}, {"email": address})
            session.execute(update(UserRow).where(UserRow.id == user_id).values(email=address))
            if account.email and account.email != address:
                text = _(
                    "Your address at %(site)s is %(address)s now.",
                    site=self.title(),
                    address=address,
                )
                self.mail(
                    session, account.email, f"{self.title()}: {_('another address')}", f"{text}\n"
                )
            return the_account(session, user_id).person()

    def rename(self, user_id: int, name: str) -> Person:
        """Give somebody another name, as it stands below their posts; their address stays."""
        require_own_or_over(user_id, the_account(db.reading(), user_id).role)
        shown = check_name(name, field="name", what="name")
        with db.write() as session:
            account = the_account(session, user_id)
            if shown != account.name:
                tell(session, "renamed", account, {"name": account.name}, {"name": shown})
                session.execute(update(UserRow).where(UserRow.id == user_id).values(name=shown))
                written = select(PostAuthorRow.post_id).where(PostAuthorRow.user_id == user_id)
                posts = sorted(session.scalars(written))
                keys = [f"post:{number}" for number in posts]
                changes.record(session, [f"author:{user_id}", *keys])
                self.relabelled(session, posts)
            return the_account(session, user_id).person()

    def remove(self, user_id: int) -> None:
        """Delete somebody who has no posts, with all they signed in by.

        Raises UserError for who has posts (they are disabled instead), and for the last owner.
        """
        require("people.manage")
        require_confirmed()
        with db.write() as session:
            account = the_account(session, user_id)
            require_over(account.role)
            written = select(PostAuthorRow.post_id).where(PostAuthorRow.user_id == user_id)
            if session.scalars(written.limit(1)).first() is not None:
                raise has_posts(account.name)
            row = session.get_one(UserRow, user_id)
            tell(session, "deleted", account, told_of(row), {})
            session.execute(delete(UserRow).where(UserRow.id == user_id))
            here = (ListingCountRow.scope == "author", ListingCountRow.scope_id == user_id)
            session.execute(delete(ListingCountRow).where(*here))
            changes.record(session, [f"author:{user_id}"])
            session.flush()
            if account.role == OWNER and account.active and not owners(session):
                raise last_owner()
        self.sessions.end_all(user_id)

    def _set_state(self, user_id: int, state: str) -> Person:
        require("people.manage")
        require_confirmed()
        with self._changing(user_id) as (session, account):
            if not account.state:
                raise unfit("person", f"{account.name} has never signed in.", "Invite them first.")
            keyless = not account.password_hash and not has_passkey(session, user_id)
            new = INVITED if state == ACTIVE and keyless else state
            act = "disabled" if state == DISABLED else "enabled"
            tell(session, act, account, {"state": account.state}, {"state": new})
            session.execute(
                update(CredentialRow).where(CredentialRow.user_id == user_id).values(state=new)
            )
            self.links.end(session, user_id, *self.links.every)
        return self._after(user_id)

    @contextmanager
    def _changing(self, user_id: int) -> Iterator[tuple[Session, Account]]:
        """One transaction on a person; it ends their sessions, and fails without an owner left."""
        with db.write() as session:
            account = the_account(session, user_id)
            require_over(account.role)
            was_owner = account.role == OWNER and account.active
            yield session, account
            if account.state:
                next_epoch(session, user_id)
            session.flush()
            if was_owner and not owners(session):
                raise last_owner()

    def _after(self, user_id: int) -> Person:
        # The epoch has ended them already; this takes the rows away.
        self.sessions.end_all(user_id)
        return the_account(db.reading(), user_id).person()

    def _send_invitation(self, session: Session, account: Account) -> OneUse:
        link = self.links.make(session, INVITATION, account.id)
        told = {"name": account.name, "site": self.title()}
        text = "\n\n".join(
            (
                _("Hello %(name)s,", **told),
                _("you are invited to write for %(site)s. Choose a password here:", **told),
                link.address,
                _("The link works once, for 7 days.") + "\n",
            )
        )
        self.mail(session, account.email, _("Write for %(site)s", **told), text, secret=True)
        return link

    @staticmethod
    def _nameless(session: Session, name: str) -> UserRow | None:
        """Return the person of this slug or name who has no way to sign in."""
        query = (
            select(UserRow)
            .outerjoin(CredentialRow, CredentialRow.user_id == UserRow.id)
            .where(CredentialRow.user_id.is_(None))
            .where((UserRow.slug == name) | (UserRow.name == " ".join(name.split())))
        )
        return session.scalars(query).first()


def _needed(email: str) -> str:
    if not email.strip():
        raise UserError(
            "Somebody who signs in needs an e-mail address.",
            code="user-invalid",
            action="Give one; readers never see it.",
            field="email",
            status=422,
        )
    return email
