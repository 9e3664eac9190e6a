"""The password once more, for what would be worst in a thief's hands.

Services ask `require_confirmed()`, routes declare `confirm=True`; both look at when whoever acts
gave their password, a code or a passkey the last time.
"""

from __future__ import annotations

from datetime import timedelta

from blogengine.actors import ENGINE, OPERATOR, PERSON, Actor, current_actor
from blogengine.clock import utcnow
from blogengine.errors import Denied

CONFIRMED = timedelta(minutes=15)
"""How long a password counts as just given."""

CONFIRM_FIRST = "confirmation-needed"
"""The code of the error that asks for it."""


def is_confirmed(actor: Actor | None = None) -> bool:
    """Tell whether somebody gave their password less than 15 minutes ago.

    The operator at the command line and the engine need none; an API token never can.
    """
    who = actor or current_actor()
    if who.kind in (OPERATOR, ENGINE):
        return True
    if who.kind != PERSON or who.confirmed_at is None:
        return False
    return utcnow() - who.confirmed_at < CONFIRMED


def require_confirmed() -> None:
    """Raise Denied unless who acts gave their password less than 15 minutes ago.

    Ask for the permission first: nobody is asked for a password for what they may not do.
    """
    if not is_confirmed():
        raise confirm_first()


def confirm_first() -> Denied:
    """Return the error that asks for the password."""
    return Denied(
        "This asks for your password once more.",
        code="confirmation-needed",
        action="Give your password, then do it again. Nothing was changed.",
    )
