"""Pages behind a link that works once: the first run, an invitation, a new password, a demo.

Opening one changes nothing: programs open links that people are sent. What uses it up is the form.
"""

from __future__ import annotations

from flask import redirect, request
from werkzeug.wrappers import Response

from blogengine.errors import BlogError
from blogengine.languages import translator
from blogengine.values import Link
from blogengine.views.current import current_site
from blogengine.views.people.arriving import EMAIL
from blogengine.views.people.sessions import SEE_OTHER, caller, home, signed_in
from blogengine.views.people.showing import Field, Form, show_form, text_of

_ = translator(__name__)

NEW_PASSWORD = Field(
    "password",
    "New password",
    "password",
    "new-password",
    hint="At least 12 characters. A few words you remember are better than signs you don't.",
)


def set_up(token: str) -> Response:
    """The first run: three fields make the owner."""
    form = Form(
        heading="Your new blog",
        action=request.path,
        fields=(
            Field(
                "name",
                "Your name",
                autocomplete="name",
                hint="Stands below your posts.",
                longest=200,
            ),
            EMAIL,
            NEW_PASSWORD,
        ),
        button="Begin",
        intro=("You will be the owner of this site.",),
    )
    identity = current_site().identity
    if request.method != "POST":
        identity.first_run.check(token)
        return show_form(form)
    try:
        found = identity.accept_first_run(
            token, text_of("name"), text_of("email"), text_of("password"), caller()
        )
    except BlogError as error:
        return show_form(form, error)
    return signed_in(found, home())


def enter(token: str) -> Response:
    """Sign in by the link that a demo printed."""
    form = Form("Look around", request.path, (), "Sign in", ("The link works once.",))
    if request.method != "POST":
        return show_form(form)
    return signed_in(current_site().identity.enter(token, caller()), home())


def invitation(token: str) -> Response:
    """Choose a password and come in."""
    identity = current_site().identity
    person = identity.people.check_invitation(token)
    form = Form(
        heading=_("Welcome, %(name)s", name=person.name),
        action=request.path,
        fields=(
            Field("email", type="hidden", value=person.email),
            NEW_PASSWORD,
        ),
        button="Begin",
        intro=(_("You will sign in as %(email)s.", email=person.email),),
    )
    if request.method != "POST":
        return show_form(form)
    try:
        found = identity.accept_invitation(token, text_of("password"), caller())
    except BlogError as error:
        return show_form(form, error)
    return signed_in(found, home())


def ask_for_reset() -> Response:
    """Send a link to a new password; the answer is the same whoever is asked for."""
    sent = "sent" in request.args
    form = Form(
        heading="A new password",
        action="/admin/reset",
        fields=(EMAIL,),
        button="Send me a link",
        links=(Link("/admin/login", "Back to signing in"),),
        notice="If somebody signs in by this address, a mail with a link is on its way. "
        "It works once, for 15 minutes."
        if sent
        else "",
    )
    if request.method != "POST":
        return show_form(form)
    try:
        current_site().identity.passwords.start(text_of("email"), caller())
    except BlogError as error:
        return show_form(form, error)
    return redirect("/admin/reset?sent=1", SEE_OTHER)


def reset(token: str) -> Response:
    """Choose another password."""
    form = Form(
        heading="Choose a new password",
        action=request.path,
        fields=(NEW_PASSWORD,),
        button="Save the password",
        intro=("You are signed out everywhere then, and sign in with the new one.",),
    )
    passwords = current_site().identity.passwords
    if request.method != "POST":
        passwords.check(token)
        return show_form(form)
    try:
        passwords.finish(token, text_of("password"))
    except BlogError as error:
        return show_form(form, error)
    return redirect("/admin/login", SEE_OTHER)
