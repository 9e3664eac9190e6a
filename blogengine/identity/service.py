"""`site.identity`: one place for pages, the command line and the API to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from blogengine.actors import Actor, current_actor
from blogengine.confirming import require_confirmed
from blogengine.db import db
from blogengine.identity.accounts import Account, find_account, the_account
from blogengine.identity.attempts import Attempts
from blogengine.identity.codes import Codes
from blogengine.identity.devices import DeviceCookies
from blogengine.identity.first_run import FirstRun
from blogengine.identity.hashing import Hashing
from blogengine.identity.links import Links
from blogengine.identity.passkeys import Passkeys
from blogengine.identity.people import Mailer, People, Relabelled
from blogengine.identity.refusals import sign_in_over, wrong_code
from blogengine.identity.resetting import Resetting
from blogengine.identity.rights import require_own_or_over
from blogengine.identity.second_factor import SecondFactor
from blogengine.identity.sessions import Sessions
from blogengine.identity.setting_passwords import SettingPasswords
from blogengine.identity.signing_in import SigningIn
from blogengine.identity.steps import Steps
from blogengine.identity.tokens import Tokens
from blogengine.identity.values import Caller, SecondFactorNeeded, SessionInfo, SignedIn
from blogengine.limits import Limits

NOWHERE = Caller()


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is. Every method needs an application context.

    `people` looks after accounts, `passwords` after forgotten and changed ones, `tokens` after
    those of programs, `second_factor` and `passkeys` after what is more than a password;
    `first_run` makes the first owner.
    """

    people: People
    passwords: Resetting
    tokens: Tokens
    second_factor: SecondFactor
    passkeys: Passkeys
    first_run: FirstRun
    _signing_in: SigningIn
    _sessions: Sessions

    def sign_in(
        self, email: str, password: str, caller: Caller = NOWHERE, *, remember: bool = False
    ) -> SignedIn | SecondFactorNeeded:
        """Sign somebody in by password.

        Raises Refused with one sentence whatever was wrong, TooMany with the seconds to wait.
        """
        return self._signing_in.by_password(email, password, caller, remember=remember)

    def finish_second_factor(self, pending: str, code: str, caller: Caller = NOWHERE) -> SignedIn:
        """Finish a sign-in with a code of the app or a recovery code. Raises Refused, TooMany."""
        return self._signing_in.by_code(pending, code, caller)

    def finish_passkey(
        self, pending: str, answer: str, caller: Caller = NOWHERE, *, remember: bool = False
    ) -> SignedIn:
        """Sign somebody in by the answer to `passkeys.begin_sign_in`. Raises Refused, TooMany."""
        self._signing_in.attempts.link(caller)
        account = self.passkeys.signed_by(pending, answer)
        return self._signing_in.begin(account, caller, remember=remember)

    def actor_of(self, cookie: str) -> Actor | None:
        """Return who is signed in by a cookie, None when nobody (any more)."""
        found = self._sessions.find(cookie)
        account = find_account(db.reading(), id=found.info.user_id) if found else None
        if found is None or account is None:
            return None
        if not account.active or account.epoch != found.epoch:
            return None
        self._sessions.touch(found.info)
        return account.actor(found.info)

    def actor_of_token(self, secret: str) -> Actor | None:
        """Return who acts by an API token, with its scopes; None for one that doesn't count."""
        return self.tokens.actor_of(secret)

    def sign_out(self, cookie: str) -> None:
        """End the session of a cookie: no copy of it signs in again."""
        self._sessions.end(cookie)

    def confirm(self, cookie: str, secret: str, caller: Caller = NOWHERE) -> SignedIn:
        """Note that who is signed in gave the password, or a code, once more.

        The session gets a new cookie. Raises Refused for a wrong one, TooMany.
        """
        found, account = self._living(cookie)
        signing = self._signing_in
        typed = "".join(secret.split())
        if account.totp_nonce and len(typed) == 6 and typed.isascii() and typed.isdigit():
            signing.attempts.code(account.id, caller)
            with db.write() as session:
                if not signing.codes.use(session, the_account(session, account.id), typed):
                    raise wrong_code()
        else:
            self.passwords.passwords.checked(account, secret)
        return self._renewed(found, account, caller)

    def confirm_by_passkey(
        self, cookie: str, pending: str, answer: str, caller: Caller = NOWHERE
    ) -> SignedIn:
        """The same by a passkey of who is signed in."""
        found, account = self._living(cookie)
        if self.passkeys.signed_by(pending, answer).id != account.id:
            raise wrong_code()
        return self._renewed(found, account, caller)

    def require_confirmed(self) -> None:
        """Raise Denied unless who acts gave their password in the last 15 minutes."""
        require_confirmed()

    def sessions(self, user_id: int) -> tuple[SessionInfo, ...]:
        """Return where a person is signed in, the device used last first."""
        account = the_account(db.reading(), user_id)
        require_own_or_over(user_id, account.role)
        return self._sessions.of(user_id, account.epoch)

    def revoke(self, user_id: int, session_id: str) -> bool:
        """End one of a person's sessions; tell whether there was one."""
        self._may_end(user_id)
        return self._sessions.end_one(session_id, user_id)

    def revoke_all(self, user_id: int, *, but: str = "") -> int:
        """End a person's sessions, all but the one with this id; return how many."""
        self._may_end(user_id)
        return self._sessions.end_all(user_id, but=but)

    def accept_first_run(
        self, token: str, name: str, email: str, password: str, caller: Caller = NOWHERE
    ) -> SignedIn:
        """Make the first owner by the link that the server printed, and sign them in."""
        self._signing_in.attempts.link(caller)
        return self._begin(self.first_run.accept(token, name, email, password), caller)

    def accept_invitation(self, token: str, password: str, caller: Caller = NOWHERE) -> SignedIn:
        """Accept an invitation with a password of one's own, and sign in."""
        self._signing_in.attempts.link(caller)
        return self._begin(self.people.accept(token, password), caller)

    def enter(self, token: str, caller: Caller = NOWHERE) -> SignedIn:
        """Sign in by the link that the start of a demo printed."""
        self._signing_in.attempts.link(caller)
        return self._begin(self.first_run.enter(token), caller)

    def prune(self) -> int:
        """Delete sessions that are over; return how many. Nothing depends on it."""
        return self._sessions.prune()

    @staticmethod
    def _may_end(user_id: int) -> None:
        require_own_or_over(user_id, the_account(db.reading(), user_id).role)
        if current_actor().id != user_id:
            require_confirmed()

    def _begin(self, account: Account, caller: Caller) -> SignedIn:
        return self._signing_in.begin(account, caller)

    def _living(self, cookie: str) -> tuple[SessionInfo, Account]:
        found = self._sessions.find(cookie)
        account = find_account(db.reading(), id=found.info.user_id) if found else None
        if found is None or account is None or not account.active:
            raise sign_in_over()
        if account.epoch != found.epoch:
            raise sign_in_over()
        return found.info, account

    def _renewed(self, info: SessionInfo, account: Account, caller: Caller) -> SignedIn:
        cookie = self._sessions.renew(info.id, account.epoch)
        found = self._sessions.find(cookie) if cookie else None
        if cookie is None or found is None:
            raise sign_in_over()
        return self._signing_in.renewed(account, found.info, cookie, caller)


def open_identity(
    secret: str,
    limits: Limits,
    *,
    title: Callable[[], str],
    base_url: Callable[[], str],
    scopes: Callable[[], Iterable[str]],
    mail: Mailer,
    relabelled: Relabelled,
) -> Identity:
    """Put the parts together for one app. `secret` is the site's key."""
    sessions, links = Sessions(), Links(base_url)
    devices = DeviceCookies(secret)
    attempts = Attempts(limits, devices)
    hashing = Hashing()
    setting = SettingPasswords(hashing, attempts, links, title)
    steps, codes = Steps(), Codes(secret)
    signing_in = SigningIn(sessions, steps, hashing, attempts, devices, codes)
    return Identity(
        people=People(sessions, links, setting, mail, title, relabelled),
        passwords=Resetting(sessions, links, setting, mail, title),
        tokens=Tokens(scopes),
        second_factor=SecondFactor(sessions, steps, codes, setting, mail, title),
        passkeys=Passkeys(steps, base_url, title, secret),
        first_run=FirstRun(links, setting),
        _signing_in=signing_in,
        _sessions=sessions,
    )
