"""Who may change whose account, and when the password must have been given just now."""

from __future__ import annotations

from blogengine.actors import PERSON, current_actor, require
from blogengine.clock import utcnow
from blogengine.identity.lifetimes import CONFIRMED
from blogengine.identity.refusals import confirm_first

OWNER = "owner"


def require_confirmed() -> None:
    """Raise Denied unless who acts gave their password less than 15 minutes ago.

    For what would be worst in a thief's hands. The operator at the command line and the engine need
    none; an API token never can.
    """
    actor = current_actor()
    if actor.kind != PERSON:
        return
    if actor.confirmed_at is None or utcnow() - actor.confirmed_at >= CONFIRMED:
        raise confirm_first()


def require_over(role: str) -> None:
    """Raise Denied unless who acts may look after people of this role."""
    require("people.manage")
    if role == OWNER:
        require("people.manage_owners")


def require_own_or_over(user_id: int, role: str) -> None:
    """Raise Denied unless it is their own account, or they may look after it."""
    if current_actor().id == user_id:
        require("profile.own")
    else:
        require_over(role)
