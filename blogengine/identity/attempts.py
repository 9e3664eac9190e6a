"""How often somebody may try to sign in, so that nobody guesses and nobody is shut out.

Attempts are counted before a password is looked at, by address and by account. Who uses up an
account's attempts slows strangers down to one in half a minute: its owner gets in after that, or
at once on a device that has signed in before, which is counted on its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from blogengine.errors import TooMany
from blogengine.identity.devices import DeviceCookies
from blogengine.identity.lifetimes import (
    CODES_PER_PERSON,
    PER_ACCOUNT,
    PER_ADDRESS,
    PER_DEVICE,
    RESETS_PER_ACCOUNT,
    RESETS_PER_ADDRESS,
    SLOWLY,
)
from blogengine.identity.values import Caller
from blogengine.limits import Limits, address_key


@dataclass(frozen=True, slots=True)
class Attempts:
    """The limits of signing in. Every method raises TooMany, or counts."""

    limits: Limits
    devices: DeviceCookies

    def sign_in(self, account: str, user_id: int | None, caller: Caller) -> None:
        """Count an attempt on an account, which may be nobody's."""
        if self._known_device("sign-in", user_id, caller):
            return
        self.limits.hit("sign-in-address", address_key(caller.address), rate=PER_ADDRESS)
        self._account("sign-in", account)

    def code(self, user_id: int, caller: Caller) -> None:
        """Count a code of a second factor."""
        if self._known_device("code", user_id, caller):
            return
        self.limits.hit("code-address", address_key(caller.address), rate=PER_ADDRESS)
        self._account("code", str(user_id), rate=CODES_PER_PERSON)

    def confirm(self, user_id: int) -> None:
        """Count a password given again by somebody who is signed in."""
        self.limits.hit("confirm", str(user_id), rate=PER_ACCOUNT)

    def link(self, caller: Caller) -> None:
        """Count a one-use link that somebody opens or sends in."""
        self.limits.hit("link-address", address_key(caller.address), rate=PER_ADDRESS)

    def reset_from(self, caller: Caller) -> None:
        """Count who asks for a new password."""
        self.limits.hit("reset-address", address_key(caller.address), rate=RESETS_PER_ADDRESS)

    def reset_of(self, account: str) -> bool:
        """Tell whether an account may be sent another mail; nobody else is told."""
        try:
            self.limits.hit("reset-account", account, rate=RESETS_PER_ACCOUNT)
        except TooMany:
            return False
        return True

    def _known_device(self, what: str, user_id: int | None, caller: Caller) -> bool:
        if user_id is None or not caller.device_cookie:
            return False
        name = self.devices.read(caller.device_cookie, user_id)
        if not name:
            return False
        try:
            self.limits.hit(f"{what}-device", name, rate=PER_DEVICE)
        except TooMany:
            return False  # from here on it is a stranger's
        return True

    def _account(self, what: str, account: str, *, rate: str = PER_ACCOUNT) -> None:
        try:
            self.limits.hit(f"{what}-account", account, rate=rate)
        except TooMany:
            self.limits.hit(f"{what}-slowly", account, rate=SLOWLY)
