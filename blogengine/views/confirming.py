"""The password once more: the form that asked for it goes on with what was written in it.

A refused form comes back with its input in a page that asks for the password. That page is sent to
where the form was; the guard takes the password, or a passkey's answer, and the act goes on.
"""

from __future__ import annotations

from urllib.parse import urlencode

from flask import redirect, request
from werkzeug.wrappers import Response

from blogengine.actors import PERSON, VISITOR, current_actor
from blogengine.confirming import is_confirmed
from blogengine.cookies import SESSION, cookie_name, read_cookie, set_cookie
from blogengine.csrf import FIELD, from_here
from blogengine.errors import BlogError
from blogengine.identity import SignedIn
from blogengine.logs import sensitive
from blogengine.routes import SAFE_METHODS
from blogengine.views.current import current_site
from blogengine.views.people.sessions import SEE_OTHER, caller
from blogengine.views.people.showing import Field, show

SECRET = "confirm_secret"  # a field's name
PENDING, ANSWER = "confirm_passkey_pending", "confirm_passkey_answer"
OWN_FIELDS = (SECRET, PENDING, ANSWER, FIELD)

REFUSED = "blogengine.confirming_refused"
RENEWED = "blogengine.confirmed"
"""Names in a request's environment: why a confirmation failed, and what one that went well gave."""

PASSWORD = Field(
    SECRET,
    "Password, or a code of your app",
    "password",
    "current-password",
    hint="It counts for the next 15 minutes.",
)


def take_confirmation() -> None:
    """Take the password that a form brings along, before its view runs; a wrong one is refused."""
    secret, answer = request.form.get(SECRET, ""), request.form.get(ANSWER, "")
    if not (secret or answer) or is_confirmed():
        return
    cookie = read_cookie(SESSION)
    if current_actor().kind != PERSON or current_actor().scopes is not None or not cookie:
        return
    identity = current_site().identity
    try:
        if answer:
            pending = request.form.get(PENDING, "")
            found = identity.confirm_by_passkey(cookie, pending, answer, caller())
        else:
            found = identity.confirm(cookie, secret[:1000], caller())
    except BlogError as error:
        request.environ[REFUSED] = True
        raise error
    request.environ[VISITOR] = found.actor
    request.environ[RENEWED] = found


def keep_confirmation(response: Response) -> None:
    """Give the session its new cookie, unless the view has given it a newer one."""
    found: SignedIn | None = request.environ.get(RENEWED)
    if found is None:
        return
    begins = f"{cookie_name(SESSION)}="
    if not any(line.startswith(begins) for line in response.headers.getlist("Set-Cookie")):
        set_cookie(response, SESSION, found.cookie, max_age=found.max_age)


def can_confirm() -> bool:
    """Whether who sends the request can be asked: somebody signed in, on a page of this site."""
    actor = current_actor()
    if actor.kind != PERSON or actor.scopes is not None:
        return False
    return request.method in SAFE_METHODS or from_here()


def was_refused() -> bool:
    """Whether the request brought a password that didn't fit."""
    return bool(request.environ.get(REFUSED))


def ask_to_confirm(error: BlogError) -> Response:
    """Ask for the password, and carry on what was sent."""
    target = request.full_path.rstrip("?")
    if request.method in SAFE_METHODS:
        return redirect(confirm_address(target), SEE_OTHER)
    sent = [one for one in request.form.items(multi=True) if one[0] not in OWN_FIELDS]
    again = [name for name, text in sent if text and sensitive(name)]
    return show(
        "confirm.html",
        "Is it you?",
        error if was_refused() else None,
        fields=(PASSWORD,),
        passkeys=current_site().identity.passkeys.available(),
        target=target,
        carried=[(name, text) for name, text in sent if name not in again],
        secrets=list(dict.fromkeys(again)),
        files=list(dict.fromkeys(name for name, file in request.files.items() if file.filename)),
        status=error.status,
    )


def confirm_address(target: str) -> str:
    """Return the address of the page that asks for the password and goes on to an address."""
    return f"/admin/confirm?{urlencode({'next': target})}"
