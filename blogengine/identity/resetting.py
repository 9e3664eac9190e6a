"""A new password for somebody who has forgotten theirs, or knows it and wants another."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from blogengine.accounts import CredentialRow
from blogengine.actors import current_actor, require
from blogengine.clock import utcnow
from blogengine.confirming import require_confirmed
from blogengine.db import db
from blogengine.identity.accounts import ACTIVE, INVITED, find_account, the_account
from blogengine.identity.links import NEW_PASSWORD, Links
from blogengine.identity.people import Mailer
from blogengine.identity.refusals import link_over, unfit
from blogengine.identity.rights import require_over
from blogengine.identity.sessions import Sessions
from blogengine.identity.setting_passwords import SettingPasswords
from blogengine.identity.values import Caller, OneUse
from blogengine.languages import translator
from blogengine.users import fold_email

_ = translator(__name__)

SAME_TIME = 0.1
"""Seconds that asking for a link takes, whatever the address."""


@dataclass(frozen=True, slots=True)
class Resetting:
    """Ways to a new password; each ends the person's other sessions."""

    sessions: Sessions
    links: Links
    passwords: SettingPasswords
    mail: Mailer
    title: Callable[[], str]

    def change(self, old: str, new: str) -> str | None:
        """Change the password of who acts; return the new cookie of their session.

        All their other sessions end. Raises Refused for a wrong current one, TooMany, UserError.
        """
        require("profile.own")
        actor = current_actor()
        account = the_account(db.reading(), actor.id or 0)
        if account.password_hash:
            self.passwords.checked(account, old)
        else:
            require_confirmed()  # a demo's owner, or somebody with a passkey only
        hashed = self.passwords.hashed(new, account.name, account.email)
        with db.write() as session:
            epoch = self.passwords.store(session, the_account(session, account.id), hashed)
        self.sessions.end_all(account.id, but=actor.session)
        return self.sessions.renew(actor.session, epoch)

    def set(self, user_id: int, password: str) -> None:
        """Give somebody a password, as the operator may; all their sessions end."""
        account = the_account(db.reading(), user_id)
        require_over(account.role)
        require_confirmed()
        if not account.email:
            raise unfit("person", f"{account.name} has no address to sign in by.", "Invite them.")
        hashed = self.passwords.hashed(password, account.name, account.email)
        with db.write() as session:
            account = the_account(session, user_id)
            if not account.state:
                row = CredentialRow(user_id=user_id, state=INVITED, changed_at=utcnow())
                session.add(row)
                session.flush()
                account = the_account(session, user_id)
            self.passwords.store(session, account, hashed)
        self.sessions.end_all(user_id)

    def start(self, email: str, caller: Caller) -> None:
        """Mail a link to an address, if it is somebody's. Nobody learns whether it is.

        Only a known address gets a mail and a job, so both ways wait until the same time has
        passed. Raises TooMany for who asks too often.
        """
        self.passwords.attempts.reset_from(caller)
        over = time.monotonic() + SAME_TIME
        try:
            self._start(fold_email(email))
        finally:
            time.sleep(max(0.0, over - time.monotonic()))

    def _start(self, address: str) -> None:
        wanted = self.passwords.attempts.reset_of(address)
        with db.write() as session:
            account = find_account(session, email=address) if address else None
            if not wanted or account is None or account.state != ACTIVE:
                self.links.make(session, NEW_PASSWORD)  # nobody is told of it
                return
            link = self.links.make(session, NEW_PASSWORD, account.id)
            text = "\n\n".join(
                (
                    _("Hello %(name)s,", name=account.name),
                    _(
                        "somebody, probably you, wants a new password at %(site)s. Choose it here:",
                        site=self.title(),
                    ),
                    link.address,
                    _(
                        "The link works once, for 15 minutes. If it wasn't you, do nothing: your "
                        "password stays."
                    )
                    + "\n",
                )
            )
            subject = f"{self.title()}: {_('a new password')}"
            self.mail(session, account.email, subject, text, secret=True)

    def link(self, user_id: int) -> OneUse:
        """Return a link to a new password, for an operator to hand over."""
        require("people.manage")
        require_confirmed()
        with db.write() as session:
            account = the_account(session, user_id)
            require_over(account.role)
            if account.state != ACTIVE:
                raise unfit("person", f"{account.name} can't sign in.", "Enable or invite them.")
            return self.links.make(session, NEW_PASSWORD, user_id)

    def check(self, token: str) -> None:
        """Raise UserError unless the link still works."""
        if self.links.look(db.reading(), NEW_PASSWORD, token) is None:
            raise link_over()

    def finish(self, token: str, password: str) -> None:
        """Set the password by a link, which works once; all sessions of the person end.

        It signs nobody in: a second factor is still asked for. Raises UserError for a password
        that doesn't fit, and then the link goes on working.
        """
        user_id = self.links.look(db.reading(), NEW_PASSWORD, token)
        account = find_account(db.reading(), id=user_id) if user_id is not None else None
        if account is None or account.state != ACTIVE:
            raise link_over()
        hashed = self.passwords.hashed(password, account.name, account.email)
        with db.write() as session:
            self.links.take(session, NEW_PASSWORD, token)
            self.passwords.store(session, the_account(session, account.id), hashed)
            text = _("Your password at %(site)s was changed just now.", site=self.title())
            subject = f"{self.title()}: {_('password changed')}"
            self.mail(session, account.email, subject, f"{text}\n")
        self.sessions.end_all(account.id)
