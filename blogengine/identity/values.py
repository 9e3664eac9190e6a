"""What identity hands out: frozen values, never rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from blogengine.actors import Actor


@dataclass(frozen=True, slots=True)
class Caller:
    """From where somebody signs in: the request's address, its user agent, the device's cookie."""

    address: str = ""
    user_agent: str = ""
    device_cookie: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a name here. `state` is invited, active, disabled, or "" for a name only."""

    id: int
    slug: str
    name: str
    email: str
    role: str
    state: str = ""
    has_password: bool = False
    second_factor: bool = False
    passkeys: int = 0


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """Somebody who is signed in on one device. `id` isn't secret; it names the session."""

    id: str
    user_id: int
    device: str
    address: str
    remembered: bool
    created_at: datetime
    seen_at: datetime
    confirmed_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in that went well: the cookie's value, and a second cookie that tells the device.

    `max_age` is the cookie's in seconds, None for one that goes with the browser.
    """

    session: SessionInfo
    actor: Actor
    cookie: str = field(repr=False)
    device_cookie: str = field(repr=False)
    max_age: int | None = None


@dataclass(frozen=True, slots=True)
class SecondFactorNeeded:
    """The password was right, and a code or passkey is asked for. `pending` goes with the form."""

    pending: str = field(repr=False)
    ways: tuple[str, ...] = ("totp", "recovery")


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A second factor that is being set up: the key for the app, as text and as an address."""

    pending: str = field(repr=False)
    secret: str = field(repr=False)
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A second factor that is on: codes for a day without the phone, and the session's cookie."""

    recovery_codes: tuple[str, ...] = field(repr=False)
    cookie: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey of a person, by the name they gave it."""

    id: int
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What a browser is asked for a passkey, as JSON for its script; `pending` comes back."""

    pending: str = field(repr=False)
    options: str


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """An API token without its secret. `id` is its prefix, `be_…`."""

    id: str
    user_id: int
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OneUse:
    """A link that works once, until `expires_at`. `address` is whole if the site knows its own."""

    token: str = field(repr=False)
    path: str = field(repr=False)
    address: str = field(repr=False)
    expires_at: datetime
