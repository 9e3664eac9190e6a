"""Who may change whose account."""

from __future__ import annotations

from blogengine.actors import current_actor, require

OWNER = "owner"


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
