"""The pages where somebody signs in, out, and looks after their own account."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from werkzeug.wrappers import Response

from blogengine.permissions import PUBLIC
from blogengine.routes import add_route
from blogengine.views.people import arriving, by_link, passkeys, profile

BOTH = ("GET", "POST")
OWN = "profile.own"
TOKENS = "tokens.own"

ROUTES: tuple[tuple[str, str, Callable[..., Response], str, tuple[str, ...]], ...] = (
    ("/admin/login", "log_in", arriving.log_in, PUBLIC, BOTH),
    ("/admin/second-factor", "second_factor", arriving.second_factor, PUBLIC, BOTH),
    ("/admin/logout", "log_out", arriving.log_out, PUBLIC, BOTH),
    ("/admin/setup/<token>", "set_up", by_link.set_up, PUBLIC, BOTH),
    ("/admin/enter/<token>", "enter", by_link.enter, PUBLIC, BOTH),
    ("/admin/invitation/<token>", "invitation", by_link.invitation, PUBLIC, BOTH),
    ("/admin/reset", "ask_for_reset", by_link.ask_for_reset, PUBLIC, BOTH),
    ("/admin/reset/<token>", "reset", by_link.reset, PUBLIC, BOTH),
    ("/admin/confirm", "confirm", arriving.confirm, OWN, BOTH),
    ("/admin/profile", "profile", profile.profile, OWN, ("GET",)),
    ("/admin/profile/password", "password", profile.change_password, OWN, ("POST",)),
    ("/admin/profile/sessions/end", "end_sessions", profile.end_sessions, OWN, ("POST",)),
    (
        "/admin/profile/sessions/<session_id>/end",
        "end_session",
        profile.end_session,
        OWN,
        ("POST",),
    ),
    (
        "/admin/profile/second-factor",
        "begin_second_factor",
        profile.begin_second_factor,
        OWN,
        ("POST",),
    ),
    (
        "/admin/profile/second-factor/confirm",
        "confirm_second_factor",
        profile.confirm_second_factor,
        OWN,
        ("POST",),
    ),
    (
        "/admin/profile/second-factor/end",
        "end_second_factor",
        profile.end_second_factor,
        OWN,
        ("POST",),
    ),
    (
        "/admin/profile/recovery-codes",
        "new_recovery_codes",
        profile.new_recovery_codes,
        OWN,
        ("POST",),
    ),
    ("/admin/passkeys.js", "passkey_script", passkeys.show_script, PUBLIC, ("GET",)),
    ("/admin/passkey", "ask_for_passkey", passkeys.ask_for_any, PUBLIC, ("POST",)),
    ("/admin/login/passkey", "passkey_sign_in", passkeys.sign_in, PUBLIC, ("POST",)),
    ("/admin/profile/name", "change_name", profile.change_name, OWN, ("POST",)),
    ("/admin/profile/language", "choose_language", profile.choose_language, OWN, ("POST",)),
    ("/admin/profile/passkeys", "add_passkey", passkeys.add, OWN, ("POST",)),
    ("/admin/profile/passkeys/new", "new_passkey", passkeys.ask_for_new, OWN, ("POST",)),
    (
        "/admin/profile/passkeys/<passkey_id>/end",
        "end_passkey",
        passkeys.remove,
        OWN,
        ("POST",),
    ),
    ("/admin/profile/tokens", "make_token", profile.make_token, TOKENS, ("POST",)),
    ("/admin/profile/tokens/<token_id>/end", "end_token", profile.end_token, TOKENS, ("POST",)),
)
"""Rule, name, view, permission and methods. All forms here carry the token, guests' too."""


def add_people_routes(app: Flask) -> None:
    """Put the pages on the app, before any plugin's, so that none stands in their place."""
    for rule, name, view, permission, methods in ROUTES:
        add_route(
            app,
            rule,
            f"people.{name}",
            view,
            permission=permission,
            csrf="token",
            cache="private",
            methods=list(methods),
        )
