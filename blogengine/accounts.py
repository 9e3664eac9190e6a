"""Tables of who may sign in and by what. A person without a row in `credentials` only has a name.

No secret stands here in a form that lets anybody in: passwords as argon2id, everything random as
SHA-256, the secret of an authenticator app as a number that means nothing without the site's key.
Sessions change with every request and stand in the runtime database.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from blogengine.db import Model, UtcDateTime
from blogengine.names import NAME_LENGTH

DIGEST_LENGTH = 64


class CredentialRow(Model):
    """What a person signs in by.

    `state` is invited, active or disabled. `epoch` goes up with every change that ends sessions:
    one of an earlier epoch is over. `totp_nonce` is empty without a second factor; a code of step
    `totp_step` or an earlier one doesn't count any more.
    """

    __tablename__ = "credentials"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    state: Mapped[str] = mapped_column(String(10))
    password_hash: Mapped[str] = mapped_column(String(300), default="")
    epoch: Mapped[int] = mapped_column(default=1)
    totp_nonce: Mapped[str] = mapped_column(String(DIGEST_LENGTH), default="")
    totp_step: Mapped[int] = mapped_column(BigInteger, default=0)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RecoveryCodeRow(Model):
    """A code for the day the phone is gone; the row goes when it is used."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("credentials.user_id", ondelete="CASCADE"), primary_key=True
    )
    digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH), primary_key=True)


class PasskeyRow(Model):
    """A key that a person's device holds; here is its public half."""

    __tablename__ = "passkeys"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("credentials.user_id", ondelete="CASCADE"), index=True
    )
    credential: Mapped[str] = mapped_column(String(DIGEST_LENGTH), unique=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    uses: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TokenRow(Model):
    """An API token. When it was last used stands in `runtime_token_use`."""

    __tablename__ = "api_tokens"

    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("credentials.user_id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH))
    scopes: Mapped[str] = mapped_column(String(1000))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LinkRow(Model):
    """A link that works once: an invitation, a new password, the first owner, a demo's sign-in.

    `user_id` is None where there is no person yet, or where an address is nobody's: then a row is
    written all the same, so that both take the same time.
    """

    __tablename__ = "links"
    __table_args__ = (Index("ix_links_purpose", "purpose", "user_id"),)

    digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
