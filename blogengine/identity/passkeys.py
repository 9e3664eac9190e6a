"""Passkeys (WebAuthn), by the extra `passkeys`: keys that a device holds and a finger unlocks.

A passkey proves the device and its user at once, so it needs no second factor. The site's address
comes from its settings, never from a request: a key made for one address is dead on another.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete, func, select, update

from blogengine import audit
from blogengine.accounts import PasskeyRow
from blogengine.actors import current_actor, require
from blogengine.clock import utcnow
from blogengine.confirming import require_confirmed
from blogengine.db import db
from blogengine.errors import OperatorError, UserError
from blogengine.identity.accounts import Account, the_account
from blogengine.identity.references import keyed
from blogengine.identity.refusals import sign_in_over, unfit, unknown_passkey
from blogengine.identity.rights import require_own_or_over
from blogengine.identity.steps import Steps
from blogengine.identity.tracing import tell
from blogengine.identity.values import Ceremony, Passkey
from blogengine.names import check_name

REGISTER, SIGN_IN = "passkey-register", "passkey-sign-in"
MOST_PASSKEYS = 20
LONGEST_ANSWER = 20_000


@dataclass(frozen=True, slots=True)
class Place:
    """The address passkeys are made for: its host, and whole."""

    host: str
    origin: str


def place_of(base_url: str) -> Place:
    """Return the host and origin of an address; raises OperatorError for one that can't be used.

    Browsers make no passkeys for numbers; the machine's own is called `localhost` then.
    """
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    except ValueError:
        parts, host, port = urlsplit(""), "", ""
    with suppress(ValueError):
        host = "localhost" if ip_address(host).is_loopback else ""
    if not host or (parts.scheme != "https" and host != "localhost"):
        raise OperatorError(
            f"Passkeys can't be made for the address {base_url!r}.",
            code="passkeys-address",
            action="Set base_url to an https address with a name, or use http://localhost.",
        )
    return Place(host, f"{parts.scheme}://{host}{port}")


@dataclass(frozen=True, slots=True)
class Passkeys:
    """Making, using and removing passkeys. `key` is the site's secret key."""

    steps: Steps
    base_url: Callable[[], str]
    title: Callable[[], str]
    key: str = field(repr=False)

    def available(self) -> bool:
        """Whether the extra is installed and the site has an address passkeys can be made for."""
        try:
            place_of(self.base_url())
        except OperatorError:
            return False
        return find_spec("webauthn") is not None

    def begin_registration(self) -> Ceremony:
        """Ask the browser of who acts for a new passkey."""
        account = self._own()
        webauthn = _library()
        structs = webauthn.helpers.structs
        place = place_of(self.base_url())
        options = webauthn.generate_registration_options(
            rp_id=place.host,
            rp_name=self.title(),
            user_id=keyed(self.key, "passkey", str(account.id)),
            user_name=account.email or account.slug,
            user_display_name=account.name,
            authenticator_selection=structs.AuthenticatorSelectionCriteria(
                resident_key=structs.ResidentKeyRequirement.REQUIRED,
                user_verification=structs.UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                structs.PublicKeyCredentialDescriptor(id=row.credential_id)
                for row in self._rows(account.id)
            ],
        )
        return self._ceremony(REGISTER, account.id, options)

    def finish_registration(self, pending: str, answer: str, name: str) -> Passkey:
        """Store the passkey a browser made. Raises UserError for an answer that isn't sound."""
        account = self._own()
        shown = check_name(name, field="name", what="name of a passkey")
        step = self.steps.finish(REGISTER, pending)
        if step is None or step.user_id != account.id:
            raise sign_in_over()
        place = place_of(self.base_url())
        made = _verified(
            _library().verify_registration_response,
            credential=answer,
            expected_challenge=bytes.fromhex(step.data["challenge"]),
            expected_rp_id=place.host,
            expected_origin=place.origin,
            require_user_verification=True,
        )
        if made is None:
            raise UserError(
                "The passkey couldn't be checked.",
                code="passkey-unfit",
                action="Try again, with another device if it goes on.",
                status=422,
            )
        row = PasskeyRow(
            user_id=account.id,
            credential=_name(made.credential_id),
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            uses=made.sign_count,
            name=shown,
            created_at=utcnow(),
        )
        with db.write() as session:
            taken = select(PasskeyRow.id).where(PasskeyRow.credential == row.credential)
            mine = select(func.count()).where(PasskeyRow.user_id == account.id)
            if session.scalar(taken) is not None or int(session.scalar(mine) or 0) >= MOST_PASSKEYS:
                raise unfit("passkey", "This passkey is known, or there are 20 of them already.")
            session.add(row)
            session.flush()
            tell(session, "passkey_added", account, {}, {"passkey": shown})
            return Passkey(row.id, row.name, row.created_at)

    def begin_sign_in(self) -> Ceremony:
        """Ask a browser for any passkey it has for this site."""
        webauthn = _library()
        options = webauthn.generate_authentication_options(
            rp_id=place_of(self.base_url()).host,
            user_verification=webauthn.helpers.structs.UserVerificationRequirement.REQUIRED,
        )
        return self._ceremony(SIGN_IN, 0, options)

    def signed_by(self, pending: str, answer: str) -> Account:
        """Return whose passkey gave this answer; each question is answered once. Raises Refused."""
        step = self.steps.finish(SIGN_IN, pending)
        row = self._row_of(answer) if step else None
        if step is None or row is None:
            raise unknown_passkey()
        place = place_of(self.base_url())
        done = _verified(
            _library().verify_authentication_response,
            credential=answer,
            expected_challenge=bytes.fromhex(step.data["challenge"]),
            expected_rp_id=place.host,
            expected_origin=place.origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=row.uses,
            require_user_verification=True,
        )
        if done is None:
            raise unknown_passkey()
        with db.write() as session:
            audit.no_act(session, PasskeyRow.__tablename__)
            used: Any = session.execute(
                update(PasskeyRow)
                .where(PasskeyRow.id == row.id, PasskeyRow.uses == row.uses)
                .values(uses=done.new_sign_count)
            )
            account = the_account(session, row.user_id)
        if not used.rowcount or not account.active:
            raise unknown_passkey()
        return account

    def of(self, user_id: int) -> tuple[Passkey, ...]:
        """Return a person's passkeys, the newest first."""
        require_own_or_over(user_id, the_account(db.reading(), user_id).role)
        return tuple(Passkey(row.id, row.name, row.created_at) for row in self._rows(user_id))

    def remove(self, user_id: int, passkey_id: int) -> bool:
        """Remove a passkey; tell whether there was one."""
        account = the_account(db.reading(), user_id)
        require_own_or_over(user_id, account.role)
        require_confirmed()
        with db.write() as session:
            mine = (PasskeyRow.id == passkey_id, PasskeyRow.user_id == user_id)
            name = session.scalar(select(PasskeyRow.name).where(*mine))
            if name is not None:
                session.execute(delete(PasskeyRow).where(*mine))
                tell(session, "passkey_removed", account, {"passkey": name}, {})
            return name is not None

    def _ceremony(self, purpose: str, user_id: int, options: Any) -> Ceremony:
        pending = self.steps.begin(purpose, user_id, challenge=options.challenge.hex())
        return Ceremony(pending, _library().options_to_json(options))

    def _own(self) -> Account:
        require("profile.own")
        require_confirmed()
        return the_account(db.reading(), current_actor().id or 0)

    @staticmethod
    def _rows(user_id: int) -> Any:
        query = select(PasskeyRow.__table__).where(PasskeyRow.user_id == user_id)
        return db.reading().execute(query.order_by(PasskeyRow.created_at.desc())).all()

    @staticmethod
    def _row_of(answer: str) -> Any:
        """Return the stored key that an answer names; None for a stranger's or nonsense."""
        base64 = _library().helpers.base64url_to_bytes
        try:
            credential = base64(str(json.loads(answer[:LONGEST_ANSWER])["id"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            return None
        query = select(PasskeyRow.__table__).where(PasskeyRow.credential == _name(credential))
        return db.reading().execute(query).first()


def _name(credential_id: bytes) -> str:
    """Return what a key is found by: ids of authenticators are of any length."""
    return hashlib.sha256(credential_id).hexdigest()


def _verified(verify: Callable[..., Any], *, credential: str, **expected: Any) -> Any:
    """Return what the library makes of an answer, None when it refuses it."""
    if len(credential) > LONGEST_ANSWER:
        return None
    try:
        return verify(credential=credential, **expected)
    except Exception:
        # Whatever a stranger's bytes do to the readers of CBOR, keys and certificates: refused.
        return None


def _library() -> Any:
    try:
        import webauthn
    except ImportError as error:
        raise OperatorError(
            "Passkeys need a library that isn't installed.",
            code="passkeys-missing",
            action="Install it with: pip install 'blogengine[passkeys]'.",
        ) from error
    return webauthn
