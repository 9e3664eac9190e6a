"""A form that was sent after its session ended: it goes on through the sign-in that follows.

What it brought travels in hidden fields from page to page and is sent on by its writer, once they
are signed in. Secrets aren't carried; nothing is stored, and nothing happens by itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import make_response, request
from werkzeug.wrappers import Response

from blogengine.actors import acting, current_actor
from blogengine.csrf import FIELD, csrf_token, from_here
from blogengine.doors.redirects import own_address
from blogengine.errors import BlogError
from blogengine.identity import SignedIn
from blogengine.logs import sensitive
from blogengine.routes import SAFE_METHODS
from blogengine.values import Link
from blogengine.views.people.sessions import signed_in
from blogengine.views.people.showing import Field, Form, show, show_form

SIGN_IN_NEEDED = "sign-in-needed"
TO = "carried_to"
START = "carried."
"""What the names of carried fields begin with, so that none is taken for the sign-in's own."""

NOT_CARRIED = frozenset({FIELD})


def can_carry() -> bool:
    """Whether a page of this site sent a form that nobody signed in sent."""
    sent = request.method not in SAFE_METHODS and bool(request.form)
    return sent and current_actor().anonymous and from_here()


def ask_to_sign_in(error: BlogError, form: Form) -> Response:
    """Answer with the sign-in page, which carries on what was sent."""
    target = request.full_path.rstrip("?")
    secrets = any(sensitive(name) and text for name, text in request.form.items() if name != FIELD)
    intro = (
        "You were signed out meanwhile. Nothing is lost: sign in, and what you sent goes on from "
        "here.",
        *(("A password that was in it has to be typed again.",) if secrets else ()),
    )
    fields = (
        *form.fields,
        Field(TO, type="hidden", value=target),
        *(
            Field(f"{START}{name}", type="hidden", value=text)
            for name, text in request.form.items(multi=True)
            if name not in NOT_CARRIED and not sensitive(name)
        ),
    )
    made = Form(form.heading, form.action, fields, form.button, intro, form.links, multipart=True)
    response = show_form(made)
    response.status_code = error.status
    return response


def carried_on() -> tuple[Field, ...]:
    """Return the hidden fields that take what is carried on to the next page; most often none."""
    if TO not in request.form:
        return ()
    own = ((name, text) for name, text in request.form.items(multi=True) if name.startswith(START))
    target = Field(TO, type="hidden", value=request.form[TO])
    return (target, *(Field(name, type="hidden", value=text) for name, text in own))


def go_on(signed: SignedIn) -> Response:
    """Go on as somebody who is signed in, with the form that waited if there is one."""
    if TO not in request.form:
        return signed_in(signed)
    with acting(signed.actor):  # the token is for the session that has just begun
        page = show(
            "carried.html",
            "You are signed in",
            target=own_address(request.form[TO]),
            token=Field(FIELD, type="hidden", value=csrf_token()),
            carried=list(_bare()),
            home=Link("/admin/", "Leave it"),
        )
    cookies = signed_in(signed)
    response = make_response(page)
    for line in cookies.headers.getlist("Set-Cookie"):
        response.headers.add("Set-Cookie", line)
    return response


def _bare() -> Iterator[tuple[str, str]]:
    for name, text in request.form.items(multi=True):
        if name.startswith(START):
            yield name.removeprefix(START), text
