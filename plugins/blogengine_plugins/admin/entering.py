"""Blueprints of the admin: whoever may call a route must also be allowed into the admin."""

from __future__ import annotations

from blogengine.api import Blueprint, require

ENTER = "admin.enter"


def admin_blueprint(part: str) -> Blueprint:
    """Return the blueprint of a part; its routes declare a permission as everywhere."""
    blueprint = Blueprint(f"admin_{part}" if part else "admin", __name__)
    blueprint.before_request(enter)
    return blueprint


def enter() -> None:
    """Refuse whoever may not enter the admin, such as a token without that scope."""
    require(ENTER)
