"""Signing in by password, and the second half with a code."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from sqlalchemy import update

from blogengine.accounts import CredentialRow
from blogengine.db import db
from blogengine.identity.accounts import Account, find_account
from blogengine.identity.attempts import Attempts
from blogengine.identity.codes import Codes
from blogengine.identity.devices import DeviceCookies
from blogengine.identity.hashing import Hashing
from blogengine.identity.lifetimes import IDLE_REMEMBERED
from blogengine.identity.passwords import comparable
from blogengine.identity.refusals import refused, sign_in_over, wrong_code
from blogengine.identity.sessions import Sessions
from blogengine.identity.steps import Steps
from blogengine.identity.tracing import signing_in
from blogengine.identity.values import Caller, SecondFactorNeeded, SessionInfo, SignedIn
from blogengine.users import fold_email

log = logging.getLogger(__name__)

SECOND_FACTOR = "second-factor"


@dataclass(frozen=True, slots=True)
class SigningIn:
    """What it takes to begin a session."""

    sessions: Sessions
    steps: Steps
    hashing: Hashing
    attempts: Attempts
    devices: DeviceCookies
    codes: Codes

    def by_password(
        self, email: str, password: str, caller: Caller, *, remember: bool
    ) -> SignedIn | SecondFactorNeeded:
        """Check address and password.

        An unknown address, a wrong password and an account that is switched off or not yet begun
        give one and the same Refused, after the same work. Raises TooMany.
        """
        address = fold_email(email)
        account = find_account(db.reading(), email=address) if address else None
        self.attempts.sign_in(address, account.id if account else None, caller)
        stored = account.password_hash if account else ""
        right = self.hashing.check(stored, comparable(password))
        if account is None or not right or not account.active:
            log.warning("A sign-in was refused.", extra=fields("sign-in-refused", account))
            raise refused()
        self._refresh(account, password)
        if account.totp_nonce:
            pending = self.steps.begin(
                SECOND_FACTOR, account.id, epoch=account.epoch, remember=remember
            )
            return SecondFactorNeeded(pending)
        return self.begin(account, caller, remember=remember)

    def by_code(self, pending: str, code: str, caller: Caller) -> SignedIn:
        """Finish a sign-in by a code of the app or a recovery code. Raises Refused, TooMany."""
        step = self.steps.look(SECOND_FACTOR, pending)
        if step is None:
            raise sign_in_over()
        self.attempts.code(step.user_id, caller)
        with db.write() as session:
            account = find_account(session, id=step.user_id)
            if account is None or not account.active or account.epoch != step.data["epoch"]:
                raise sign_in_over()
            if not self.codes.use(session, account, code):
                said = fields("code-refused", account)
                log.warning("A code of a second factor was refused.", extra=said)
                raise wrong_code()
        if self.steps.finish(SECOND_FACTOR, pending) is None:
            raise sign_in_over()
        return self.begin(account, caller, remember=step.data["remember"])

    def begin(self, account: Account, caller: Caller, *, remember: bool = False) -> SignedIn:
        """Begin a session for somebody who has shown who they are."""
        cookie, info = self.sessions.start(account.id, account.epoch, caller, remember=remember)
        return self.renewed(account, info, cookie, caller)

    def renewed(self, account: Account, info: SessionInfo, cookie: str, caller: Caller) -> SignedIn:
        """Return a session with its cookie, and the device's mark, as a page hands them out."""
        log.info("Somebody signed in.", extra=fields("signed-in", account))
        known = self.devices.read(caller.device_cookie, account.id)
        return SignedIn(
            session=info,
            actor=account.actor(info),
            cookie=cookie,
            device_cookie=caller.device_cookie if known else self.devices.make(account.id),
            max_age=int(IDLE_REMEMBERED.total_seconds()) if info.remembered else None,
        )

    def _refresh(self, account: Account, password: str) -> None:
        """Hash the password anew when the parameters have changed since."""
        if not self.hashing.outdated(account.password_hash):
            return
        fresh = self.hashing.hash(comparable(password))
        with db.write() as session:
            signing_in(session)
            session.execute(
                update(CredentialRow)
                .where(
                    CredentialRow.user_id == account.id,
                    CredentialRow.password_hash == account.password_hash,
                )
                .values(password_hash=fresh)
            )


def fields(action: str, account: Account | None) -> dict[str, dict[str, object]]:
    """Return what a log line says: the account's number, never an address somebody typed."""
    known: dict[str, object] = {"user.id": account.id} if account else {}
    return {"fields": {"event.action": action, **known}}
