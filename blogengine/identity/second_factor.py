"""The second factor: an authenticator app, and recovery codes for when it is gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from blogengine import audit
from blogengine.accounts import CredentialRow, RecoveryCodeRow
from blogengine.actors import current_actor, require
from blogengine.clock import utcnow
from blogengine.confirming import require_confirmed
from blogengine.db import db
from blogengine.identity.accounts import Account, the_account
from blogengine.identity.codes import Codes
from blogengine.identity.people import Mailer
from blogengine.identity.references import new_reference
from blogengine.identity.refusals import sign_in_over, wrong_code
from blogengine.identity.rights import require_own_or_over
from blogengine.identity.sessions import Sessions
from blogengine.identity.setting_passwords import SettingPasswords, next_epoch
from blogengine.identity.steps import Steps
from blogengine.identity.tracing import tell
from blogengine.identity.values import Enrolled, Enrolment

ENROLMENT = "totp"


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """Switching a second factor on and off. Each change asks for the password once more."""

    sessions: Sessions
    steps: Steps
    codes: Codes
    passwords: SettingPasswords
    mail: Mailer
    title: Callable[[], str]

    def begin(self) -> Enrolment:
        """Return a new secret for the app of who acts; nothing changes before `confirm`."""
        import pyotp

        account = self._own()
        nonce = new_reference()
        secret = self.codes.secret(nonce)
        address = pyotp.TOTP(secret).provisioning_uri(
            name=account.email or account.name, issuer_name=self.title()
        )
        return Enrolment(self.steps.begin(ENROLMENT, account.id, nonce=nonce), secret, address)

    def confirm(self, pending: str, code: str) -> Enrolled:
        """Switch the factor on with the app's first code. Other sessions end.

        Returns the recovery codes, which are shown this once, and the session's new cookie.
        """
        account = self._own()
        step = self.steps.look(ENROLMENT, pending)
        if step is None or step.user_id != account.id:
            raise sign_in_over()
        self.passwords.attempts.confirm(account.id)
        nonce = str(step.data["nonce"])
        at = self.codes.step_of(nonce, "".join(code.split()))
        if at is None:
            raise wrong_code()
        if self.steps.finish(ENROLMENT, pending) is None:
            raise sign_in_over()
        with db.write() as session:
            recovery = self.codes.new_recovery_codes(session, account.id)
            epoch = self._store(session, account, nonce, at)
        return Enrolled(recovery, self._go_on(account, epoch))

    def disable(self, user_id: int) -> str | None:
        """Take somebody's second factor away; return the new cookie when it is one's own.

        Other sessions end. For a lost phone an owner or the operator can do it.
        """
        account = the_account(db.reading(), user_id)
        require_own_or_over(user_id, account.role)
        require_confirmed()
        if not account.state:
            return None  # only a name: there is nothing to take away
        with db.write() as session:
            session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.user_id == user_id))
            epoch = self._store(session, account, "", 0)
        return self._go_on(account, epoch)

    def new_recovery_codes(self) -> tuple[str, ...]:
        """Return new recovery codes of who acts; the earlier ones are dead."""
        account = self._own()
        if not account.totp_nonce:
            raise wrong_code()
        with db.write() as session:
            changed = {"recovery_codes": audit.CHANGED}
            tell(session, "recovery_codes_changed", account, {}, changed)
            return self.codes.new_recovery_codes(session, account.id)

    def recovery_codes_left(self, user_id: int) -> int:
        """Return how many recovery codes somebody still has."""
        require_own_or_over(user_id, the_account(db.reading(), user_id).role)
        query = select(func.count()).where(RecoveryCodeRow.user_id == user_id)
        return int(db.reading().execute(query).scalar_one())

    def _own(self) -> Account:
        require("profile.own")
        require_confirmed()
        return the_account(db.reading(), current_actor().id or 0)

    def _store(self, session: Session, account: Account, nonce: str, step: int) -> int:
        session.execute(
            update(CredentialRow)
            .where(CredentialRow.user_id == account.id)
            .values(totp_nonce=nonce, totp_step=step, changed_at=utcnow())
        )
        before, after = ("on" if one else "off" for one in (account.totp_nonce, nonce))
        told = {"second_factor": before}, {"second_factor": after}
        tell(session, "second_factor_changed", account, *told)
        if account.email:
            now = "on" if nonce else "off"
            text = f"Codes of an app were switched {now} for your account at {self.title()}.\n"
            self.mail(session, account.email, f"{self.title()}: codes are {now}", text)
        return next_epoch(session, account.id)

    def _go_on(self, account: Account, epoch: int) -> str | None:
        actor = current_actor()
        own = actor.session if actor.id == account.id else ""
        self.sessions.end_all(account.id, but=own)
        return self.sessions.renew(own, epoch) if own else None
