"""The errors of identity, each in one place: what is told to a stranger must always be the same."""

from __future__ import annotations

from blogengine.errors import Denied, NotFound, UserError


class Refused(Denied):
    """A sign-in that didn't go well; the sentence is the same whatever was wrong."""

    status = 401


def refused() -> Refused:
    return Refused(
        "E-mail address and password don't belong together.",
        code="sign-in-refused",
        action="Try again, or ask for a new password.",
    )


def unknown_passkey() -> Refused:
    return Refused(
        "This passkey signs nobody in here.",
        code="sign-in-refused",
        action="Sign in by your password, and add the passkey in your profile.",
    )


def wrong_code() -> Refused:
    return Refused(
        "This code isn't right, or was used before.",
        code="code-refused",
        action="Wait for the next code of your app, or take a recovery code.",
    )


def sign_in_over() -> Refused:
    return Refused(
        "This sign-in has taken too long.", code="sign-in-over", action="Begin again, please."
    )


def link_over() -> UserError:
    """A one-use link that is used, over or never was: nobody learns which."""
    return UserError(
        "This link doesn't work any more: it was used, or its time is over.",
        code="link-over",
        action="Ask for a new one.",
        status=404,
    )


def unfit_password(message: str, action: str) -> UserError:
    return UserError(message, code="password-unfit", action=action, field="password", status=422)


def wrong_password() -> Refused:
    return Refused(
        "This isn't your current password.",
        code="password-wrong",
        action="Nothing was changed. Try again, or ask for a new password.",
    )


def last_owner() -> UserError:
    return UserError(
        "The site would be without an owner.",
        code="last-owner",
        action="Make somebody else an owner first. Nothing was changed.",
        status=409,
    )


def has_posts(name: str) -> UserError:
    return UserError(
        f"{name} has written posts, which would be without an author.",
        code="person-has-posts",
        action="Disable them instead: they sign in no more, and their posts stay.",
        status=409,
    )


def unknown_person(who: str) -> NotFound:
    return NotFound(
        f"There is nobody called {who!r:.80}.",
        code="person-unknown",
        action="Look up the name with `blogengine user list`.",
    )


def unfit(field: str, message: str, action: str = "Give another one.") -> UserError:
    return UserError(message, code="user-invalid", action=action, field=field, status=422)
