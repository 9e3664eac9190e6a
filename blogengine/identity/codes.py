"""Codes of an authenticator app (TOTP, RFC 6238) and recovery codes; each counts once.

The app's secret is made from the site's key and a number kept with the account. Without the key,
which stands in a file of its own, a copy of the database makes no codes.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from blogengine.accounts import CredentialRow, RecoveryCodeRow
from blogengine.clock import utcnow
from blogengine.identity.accounts import Account
from blogengine.identity.references import digest, keyed
from blogengine.identity.tracing import signing_in

STEP_SECONDS = 30
STEPS_APART = 1
"""A code of the step before or after counts too: clocks differ."""

RECOVERY_CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Nothing that looks like something else on paper."""

GROUP = 5
SECRET_BYTES = 20


@dataclass(frozen=True, slots=True)
class Codes:
    """Checks codes, each in the caller's transaction. `key` is the site's secret key."""

    key: str = field(repr=False)

    def secret(self, nonce: str) -> str:
        """Return the secret that an app is given, in base 32."""
        made = keyed(self.key, "totp", nonce)[:SECRET_BYTES]
        return base64.b32encode(made).decode("ascii")

    def use(self, session: Session, account: Account, code: str) -> bool:
        """Use a code up, of the app or a recovery code; tell whether it counted."""
        typed = "".join(code.split()).replace("-", "").casefold()[:40]
        if len(typed) == 6 and typed.isascii() and typed.isdigit():
            return self._use_totp(session, account, typed)
        gone: Any = session.execute(
            delete(RecoveryCodeRow).where(
                RecoveryCodeRow.user_id == account.id,
                RecoveryCodeRow.digest == recovery_digest(account.id, typed),
            )
        )
        return bool(gone.rowcount)

    def step_of(self, nonce: str, code: str) -> int | None:
        """Return the step of time a code belongs to, None for a wrong one."""
        import pyotp

        totp = pyotp.TOTP(self.secret(nonce), interval=STEP_SECONDS)
        now = int(utcnow().timestamp()) // STEP_SECONDS
        for step in range(now - STEPS_APART, now + STEPS_APART + 1):
            if secrets.compare_digest(totp.generate_otp(step), code):
                return step
        return None

    def new_recovery_codes(self, session: Session, user_id: int) -> tuple[str, ...]:
        """Put new recovery codes in the place of all earlier ones; they are shown this once."""
        session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.user_id == user_id))
        shown = [_recovery_code() for _ in range(RECOVERY_CODES)]
        rows = [
            {"user_id": user_id, "digest": recovery_digest(user_id, code.replace("-", ""))}
            for code in shown
        ]
        session.execute(insert(RecoveryCodeRow), rows)
        return tuple(shown)

    def _use_totp(self, session: Session, account: Account, code: str) -> bool:
        if not account.totp_nonce or (step := self.step_of(account.totp_nonce, code)) is None:
            return False
        signing_in(session)
        changed: Any = session.execute(
            update(CredentialRow)
            .where(CredentialRow.user_id == account.id, CredentialRow.totp_step < step)
            .values(totp_step=step)
        )
        return bool(changed.rowcount)


def recovery_digest(user_id: int, code: str) -> str:
    """Return what is stored of a recovery code: 49 random bits, which limits guard as well."""
    return digest(f"{user_id}:{code}")


def _recovery_code() -> str:
    letters = "".join(secrets.choice(LETTERS) for _ in range(2 * GROUP))
    return f"{letters[:GROUP]}-{letters[GROUP:]}"
