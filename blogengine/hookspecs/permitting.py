"""Hooks asked whenever somebody needs a permission: who denies is heard before any role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogengine.hookspecs.markers import closed, hookspec

if TYPE_CHECKING:
    from blogengine.actors import Actor
    from blogengine.site import Site


NOT_ANSWERED = ""
"""What a plugin has answered that couldn't: no reason, and a denial all the same."""


def is_reason(answer: object) -> None:
    """Raise TypeError for what is no sentence."""
    if not isinstance(answer, str) or not answer.strip():
        raise TypeError(f"it returned {answer!r:.80}, not a sentence or None")


@closed(NOT_ANSWERED, check=is_reason)
@hookspec
def check_permission(site: Site, actor: Actor, permission: str, subject: object) -> str | None:
    """Deny somebody what their role has: by the hour, until a second factor is set up, for a trial.

    When: whenever a page or a service asks for a permission that the role, and the scopes of an
    API token, have. Public pages, the command line and jobs don't ask. Often many times a request,
    so answer from memory. `subject` is the post or person it is about, None for anything at all.
    Transaction: whatever is under way; read through `site.db` if you must, write nothing.
    Returns: a sentence that says why and what to do, to deny; None for no opinion. Roles grant; a
    denial of any plugin stands.
    On error: the permission is denied, and while the plugin is paused as well. Public pages stay,
    and the command line can switch the plugin off.
    Since: 0.1.
    """
