"""API tokens: named, limited to some permissions, for a time, shown once."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, delete, select, text

from blogengine import audit
from blogengine.accounts import TokenRow
from blogengine.actors import PERSON, Actor, current_actor, may, require
from blogengine.clock import utcnow
from blogengine.confirming import require_confirmed
from blogengine.db import UtcDateTime, db
from blogengine.errors import NotFound
from blogengine.identity.accounts import find_account, the_account
from blogengine.identity.lifetimes import LONGEST_TOKEN_DAYS, TOKEN_DAYS, TOUCH
from blogengine.identity.references import digest, new_reference
from blogengine.identity.refusals import unfit
from blogengine.identity.rights import OWNER, require_over
from blogengine.identity.values import TokenInfo
from blogengine.names import check_name
from blogengine.runtime import TokenUseRow

PREFIX = "be_"
ID_BYTES = 6
MOST_SCOPES = 1000

USED = text(
    """
    INSERT INTO runtime_token_use (token, at) VALUES (:token, :at)
    ON CONFLICT (token) DO UPDATE SET at = excluded.at
    """
).bindparams(bindparam("at", type_=UtcDateTime))


@dataclass(frozen=True, slots=True)
class Tokens:
    """API tokens. `scopes` tells the names of all permissions there are."""

    scopes: Callable[[], Iterable[str]]

    def create(
        self, user_id: int, name: str, scopes: Iterable[str], *, days: int = TOKEN_DAYS
    ) -> tuple[str, TokenInfo]:
        """Make a token of a person; return its secret, which nobody sees again, and what it is.

        Its rights are those of the person's role that `scopes` name. Raises UserError, Denied.
        """
        self._require(user_id)
        require_confirmed()
        wanted = tuple(sorted(set(scopes)))
        unknown = set(wanted) - set(self.scopes())
        if unknown or not wanted or len(" ".join(wanted)) > MOST_SCOPES:
            named = ", ".join(sorted(unknown)) or "none"
            raise unfit("scopes", f"There are no such scopes: {named:.200}.", "Name permissions.")
        if not 1 <= days <= LONGEST_TOKEN_DAYS:
            raise unfit("days", f"A token lasts 1 to {LONGEST_TOKEN_DAYS} days, not {days}.")
        now = utcnow()
        info = TokenInfo(
            id=PREFIX + secrets.token_hex(ID_BYTES),
            user_id=user_id,
            name=check_name(name, field="name", what="name of a token"),
            scopes=wanted,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        secret = f"{info.id}_{new_reference()}"
        with db.write() as session:
            if not the_account(session, user_id).active:
                raise unfit("person", "Only somebody who can sign in has tokens.", "Invite them.")
            told = {"user": user_id, "scopes": wanted, "expires_at": info.expires_at}
            subject = f"token:{info.id}"
            audit.record(session, "token.created", subject=subject, title=info.name, after=told)
            session.add(
                TokenRow(
                    id=info.id,
                    user_id=user_id,
                    name=info.name,
                    digest=digest(secret),
                    scopes=" ".join(wanted),
                    created_at=now,
                    expires_at=info.expires_at,
                )
            )
        return secret, info

    def of(self, user_id: int) -> tuple[TokenInfo, ...]:
        """Return a person's tokens, expired ones too, the newest first."""
        self._require(user_id)
        return self._read(user_id)

    def all(self) -> tuple[TokenInfo, ...]:
        """Return everybody's tokens, the newest first."""
        require("people.manage")
        return self._read()

    def revoke(self, token_id: str) -> TokenInfo:
        """End a token at once; raises NotFound."""
        require("tokens.own")
        require_confirmed()
        found = next((token for token in self._read() if token.id == token_id), None)
        if found is None or not _is_over(found.user_id):
            raise NotFound(
                f"There is no token {token_id!r:.40}.",
                code="token-unknown",
                action="Look it up with `blogengine token list`.",
            )
        with db.write() as session:
            told = {"user": found.user_id, "scopes": found.scopes, "expires_at": found.expires_at}
            subject = f"token:{token_id}"
            audit.record(session, "token.revoked", subject=subject, title=found.name, before=told)
            session.execute(delete(TokenRow).where(TokenRow.id == token_id))
        return found

    def actor_of(self, secret: str) -> Actor | None:
        """Return who acts by a token: its person, with no more rights than its scopes."""
        token_id = _id_of(secret)
        if not token_id:
            return None
        row = (
            db.reading().execute(select(TokenRow.__table__).where(TokenRow.id == token_id)).first()
        )
        if row is None or not hmac.compare_digest(row.digest, digest(secret)):
            return None
        account = find_account(db.reading(), id=row.user_id)
        if account is None or not account.active or row.expires_at <= utcnow():
            return None
        _touch(token_id)
        scopes = frozenset(row.scopes.split())
        return Actor(
            PERSON,
            id=account.id,
            name=account.name,
            role=account.role,
            scopes=scopes,
            session=token_id,
            second_factor=account.strong,
        )

    def _read(self, user_id: int | None = None) -> tuple[TokenInfo, ...]:
        query = select(TokenRow.__table__).order_by(TokenRow.created_at.desc(), TokenRow.id)
        if user_id is not None:
            query = query.where(TokenRow.user_id == user_id)
        rows = db.reading().execute(query).all()
        with db.runtime_reading() as connection:
            uses = connection.execute(select(TokenUseRow.token, TokenUseRow.at)).all()
        used = {row.token: row.at for row in uses}
        return tuple(
            TokenInfo(
                id=row.id,
                user_id=row.user_id,
                name=row.name,
                scopes=tuple(row.scopes.split()),
                created_at=row.created_at,
                expires_at=row.expires_at,
                used_at=used.get(row.id),
            )
            for row in rows
        )

    @staticmethod
    def _require(user_id: int) -> None:
        if current_actor().id == user_id:
            require("tokens.own")
        else:
            require_over(the_account(db.reading(), user_id).role)


def _is_over(user_id: int) -> bool:
    """Whether who acts may end a person's tokens: their own, or those of people below them."""
    if current_actor().id == user_id:
        return True
    owns = the_account(db.reading(), user_id).role == OWNER
    return may("people.manage_owners" if owns else "people.manage")


def _id_of(secret: str) -> str:
    """Return the public half of a secret: `be_` and what follows up to the next underscore."""
    end = len(PREFIX) + 2 * ID_BYTES
    return secret[:end] if secret.startswith(PREFIX) and secret[end : end + 1] == "_" else ""


def _touch(token_id: str) -> None:
    """Note that a token is used, at most once a minute."""
    now = utcnow()
    with db.runtime_reading() as connection:
        last = connection.execute(
            select(TokenUseRow.at).where(TokenUseRow.token == token_id)
        ).scalar()
    if last is not None and now - last < TOUCH:
        return
    with db.runtime_write() as session:
        session.execute(USED, {"token": token_id, "at": now})
