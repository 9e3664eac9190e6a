"""Names of tags and people: what may be stored of them."""

from __future__ import annotations

from blogengine.errors import UserError
from blogengine.slugs import fold

NAME_LENGTH = 200


def check_name(name: str, *, field: str = "tags", what: str = "tag") -> str:
    """Return a name with single spaces; raises UserError when no database could keep it."""
    shown = " ".join(name.split())
    # Some letters become several when folded, and the key has to fit as well.
    if not shown or max(len(shown), len(fold(shown))) > NAME_LENGTH:
        raise _refused(
            f"A {what} must have 1 to {NAME_LENGTH} characters; {shown[:40]!r} has {len(shown)}.",
            "Shorten it or leave it out.",
            field,
        )
    if "\x00" in shown or any("\ud800" <= letter <= "\udfff" for letter in shown):
        raise _refused(
            f"The {what} {shown!r:.60} holds a character that can't be stored.",
            "Take it out, or write it as UTF-8.",
            field,
        )
    return shown


def _refused(message: str, action: str, field: str) -> UserError:
    return UserError(message, code="name-invalid", action=action, field=field, status=422)
