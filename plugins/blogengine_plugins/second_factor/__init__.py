"""Ask people with much in their hands for a second factor before they may use it.

Whoever has a role of the settings and signs in by a password alone may only look after their own
profile, where they set one up. The command line isn't asked, so nobody shuts themselves out.
"""

from __future__ import annotations

from blogengine.api import Actor, Health, HealthCheck, Plugin, Site, hookimpl
from blogengine_plugins.second_factor.settings import SecondFactorSettings

plugin = Plugin(
    summary="Ask people with much in their hands for a second factor.",
    api=1,
    settings=SecondFactorSettings,
)

ALLOWED = frozenset({"profile.own"})
"""What they may without one: else they couldn't set it up."""

REASON = "your role needs a second factor. Switch codes on in your profile, then try again."


@hookimpl
def check_permission(site: Site, actor: Actor, permission: str) -> str | None:
    if actor.second_factor or permission in ALLOWED or actor.role not in roles(site):
        return None
    return REASON


@hookimpl
def register_health_checks() -> list[HealthCheck]:
    return [HealthCheck("second_factor", "Who needs a second factor has one", look)]


def look(site: Site) -> Health:
    """Say who can't use what their role has."""
    lacking = [
        person.name
        for person in site.identity.people.all()
        if person.state == "active" and person.role in roles(site)
        if person.has_password and not person.second_factor
    ]
    if not lacking:
        return Health()
    return Health(
        "warn",
        f"No second factor: {', '.join(lacking)}. They may only look after their profile.",
        "Let them switch codes on in their profile.",
    )


def roles(site: Site) -> list[str]:
    """Return the roles that need one."""
    return site.settings(SecondFactorSettings).roles.replace(",", " ").split()
