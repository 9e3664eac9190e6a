"""`/admin/login` and what belongs to it: the second factor, signing out, the password once more."""

from __future__ import annotations

from flask import redirect, request
from werkzeug.wrappers import Response

from blogengine.actors import current_actor
from blogengine.confirming import is_confirmed
from blogengine.cookies import SESSION, read_cookie
from blogengine.errors import BlogError
from blogengine.identity import SecondFactorNeeded
from blogengine.values import Link
from blogengine.views.current import current_site
from blogengine.views.people.carrying import TO, carried_on, go_on
from blogengine.views.people.sessions import (
    SEE_OTHER,
    caller,
    next_address,
    signed_in,
    signed_out,
)
from blogengine.views.people.showing import Field, Form, carried, show_form, text_of

PASSWORD = Field("password", "Password", "password", "current-password")
EMAIL = Field("email", "E-mail address", "email", "username", longest=254)
CODE = Field(
    "code",
    "Code",
    autocomplete="one-time-code",
    hint="Six digits from your app, or one of your recovery codes.",
    longest=40,
)


def log_in_form() -> Form:
    """Return the form of the sign-in page."""
    return Form(
        heading="Sign in",
        action="/admin/login",
        fields=(
            EMAIL,
            PASSWORD,
            Field("remember", "Keep me signed in for 14 days", "checkbox", required=False),
            carried("next"),
            *carried_on(),
        ),
        button="Sign in",
        links=(Link("/admin/reset", "I forgot my password"),),
        notice="You are signed out." if "done" in request.args else "",
        passkeys=current_site().identity.passkeys.available() and TO not in request.form,
        multipart=TO in request.form,
    )


def log_in() -> Response:
    """Sign in by e-mail address and password."""
    form = log_in_form()
    if request.method != "POST":
        if current_actor().id is not None:
            return redirect(next_address(), SEE_OTHER)
        return show_form(form)
    remember = "remember" in request.form
    try:
        found = current_site().identity.sign_in(
            text_of("email"), text_of("password"), caller(), remember=remember
        )
    except BlogError as error:
        return show_form(form, error)
    if isinstance(found, SecondFactorNeeded):
        return show_form(_second_factor(found.pending))
    return go_on(found)


def second_factor() -> Response:
    """Finish a sign-in by a code."""
    if request.method != "POST" or not text_of("pending"):
        return redirect("/admin/login", SEE_OTHER)
    try:
        identity = current_site().identity
        found = identity.finish_second_factor(text_of("pending"), text_of("code"), caller())
    except BlogError as error:
        return show_form(_second_factor(text_of("pending")), error)
    return go_on(found)


def _second_factor(pending: str) -> Form:
    return Form(
        heading="One more step",
        action="/admin/second-factor",
        fields=(
            CODE,
            Field("pending", type="hidden", value=pending),
            carried("next"),
            *carried_on(),
        ),
        button="Sign in",
        links=(Link("/admin/login", "Begin again"),),
        multipart=TO in request.form,
    )


def log_out() -> Response:
    """Sign out; opened as a page it asks first, since a link must not do it."""
    if request.method != "POST":
        return show_form(Form("Sign out", "/admin/logout", (), "Sign out"))
    if cookie := read_cookie(SESSION):
        current_site().identity.sign_out(cookie)
    return signed_out()


def confirm() -> Response:
    """Ask for the password once more, before what would be worst in a thief's hands."""
    secret = Field(
        "secret",
        "Password, or a code of your app",
        "password",
        "current-password",
        hint="It counts for the next 15 minutes.",
    )
    form = Form(
        heading="Is it you?",
        action="/admin/confirm",
        fields=(secret, carried("next")),
        button="Go on",
        intro=("What comes next asks for your password once more.",),
        confirms=True,
    )
    if request.method != "POST":
        return show_form(form)
    if is_confirmed():  # the guard has taken a passkey's answer already
        return redirect(next_address(), SEE_OTHER)
    try:
        found = current_site().identity.confirm(read_cookie(SESSION), text_of("secret"), caller())
    except BlogError as error:
        return show_form(form, error)
    return signed_in(found)
