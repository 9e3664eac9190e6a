"""`/admin/profile`: one's own sessions, password, second factor and tokens.

A form that asks for the password once more sends there first.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from flask import current_app, redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from blogengine.actors import TABLE, current_actor, may
from blogengine.confirming import CONFIRM_FIRST
from blogengine.cookies import LANGUAGE, remember
from blogengine.errors import BlogError
from blogengine.identity.accounts import the_account
from blogengine.languages import tongue, translator
from blogengine.permissions import CORE_TABLE, PermissionTable
from blogengine.views.current import current_site
from blogengine.views.people.arriving import CODE
from blogengine.views.people.by_link import NEW_PASSWORD
from blogengine.views.people.sessions import HOME, SEE_OTHER, home, keep_session
from blogengine.views.people.showing import Field, refilled, show, text_of

_ = translator(__name__)

CURRENT = Field("old", "Current password", "password", "current-password", prefix="password")
FIRST_CODE = replace(CODE, hint="Six digits.", inputmode="numeric")
NAME = Field(
    "name",
    "Your name",
    autocomplete="name",
    hint="Stands below your posts.",
    longest=200,
    prefix="profile",
)
PASSKEY_NAME = Field(
    "name",
    "Name of the passkey",
    hint="The device that keeps it, such as “phone”.",
    longest=80,
    prefix="passkey",
)
TOKEN_FIELDS = (
    Field("name", "What it is for", longest=80, prefix="token"),
    Field("days", "Days it works", "number", value="90", inputmode="numeric", prefix="token"),
)

DONE = {
    "sessions": _.lazy_gettext("The other devices are signed out."),
    "password": _.lazy_gettext("Your password is changed. Other devices are signed out."),
    "factor": _.lazy_gettext("Codes are switched off."),
    "name": _.lazy_gettext("Your name is changed."),
    "language": _.lazy_gettext("The language is changed."),
    "passkey": _.lazy_gettext("The passkey is kept. You can sign in by it."),
    "no-passkey": _.lazy_gettext("The passkey is removed."),
    "token": _.lazy_gettext("The token doesn’t work any more."),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """A permission that a token may have."""

    name: str
    title: str


def own_id() -> int:
    """Return the number of who is signed in; the route's permission has seen to that."""
    actor = current_actor()
    assert actor.id is not None, "Only somebody who has signed in gets here."
    return actor.id


def acted(view: Callable[..., Response]) -> Callable[..., Response]:
    """Let a form that asks for the password once more go there, and others show their error."""

    @functools.wraps(view)
    def act(**address: str) -> Response:
        try:
            return view(**address)
        except BlogError as error:
            if error.code == CONFIRM_FIRST:
                raise  # the page that asks for the password goes on with the form
            return show_profile(error)

    return act


def profile() -> Response:
    """Show one's own profile."""
    return show_profile()


def show_profile(error: BlogError | None = None) -> Response:
    """Show the profile, with an error above the forms."""
    site, user_id = current_site(), own_id()
    identity = site.identity
    person = the_account(site.db.reading(), user_id).person()
    password: tuple[Field, ...] = (CURRENT, replace(NEW_PASSWORD, prefix="password"))
    tokens: tuple[Field, ...] = TOKEN_FIELDS
    name: tuple[Field, ...] = (replace(NAME, value=person.name),)
    passkey: tuple[Field, ...] = (PASSKEY_NAME,)
    fields: tuple[Field, ...] = ()
    if error is not None:
        if request.path.endswith("/password"):
            fields = password = tuple(refilled(field, error) for field in password)
        elif request.path.endswith("/tokens"):
            fields = tokens = tuple(refilled(field, error) for field in tokens)
        elif request.path.endswith("/name"):
            fields = name = tuple(refilled(field, error) for field in name)
        elif request.path.endswith("/passkeys"):
            fields = passkey = tuple(refilled(field, error) for field in passkey)
    return show(
        "profile.html",
        "Your profile",
        error,
        fields=fields,
        wide=True,
        notice=DONE.get(request.args.get("done", ""), ""),
        person=person,
        admin=home() if home() != HOME else "",
        name_fields=name,
        passkeys=identity.passkeys.of(user_id),
        passkeys_work=identity.passkeys.available(),
        passkey_fields=passkey,
        sessions=identity.sessions(user_id),
        here=current_actor().session,
        password_fields=password,
        codes_left=identity.second_factor.recovery_codes_left(user_id),
        tokens=identity.tokens.of(user_id) if may("tokens.own") else None,
        token_fields=tokens,
        scopes=own_scopes(),
        chosen=request.form.getlist("scopes"),
        moment=_moment,
        languages=current_site().languages.offered(),
        language_now=request.cookies.get(f"blogengine-{LANGUAGE}", ""),
    )


def own_scopes() -> list[Scope]:
    """Return what a token of who is signed in may be given."""
    table: PermissionTable = current_app.extensions.get(TABLE, CORE_TABLE)
    return [Scope(name, table.title(name)) for name in table.names if may(name)]


def _moment(moment: datetime) -> str:
    local = current_site().local(moment)
    return f"{tongue().date(local)}, {local:%H:%M}"


def done(what: str) -> Response:
    """Go back to the profile, which says what was done."""
    return redirect(f"{HOME}?done={what}", SEE_OTHER)


@acted
def end_session(session_id: str) -> Response:
    """Sign out one other device."""
    current_site().identity.revoke(own_id(), session_id)
    return done("sessions")


@acted
def end_sessions() -> Response:
    """Sign out all other devices."""
    current_site().identity.revoke_all(own_id(), but=current_actor().session)
    return done("sessions")


@acted
def choose_language() -> Response:
    """Let this browser see the admin in another language; "" is the site's."""
    wanted = text_of("language", longest=40)
    response = done("language")
    remember(response, LANGUAGE, wanted if wanted in current_site().languages.offered() else "")
    return response


@acted
def change_name() -> Response:
    """Change one's own name."""
    current_site().identity.people.rename(own_id(), text_of("name"))
    return done("name")


@acted
def change_password() -> Response:
    """Change the password, which asks for the current one."""
    passwords = current_site().identity.passwords
    cookie = passwords.change(text_of("old"), text_of("password"))
    return renewed(done("password"), cookie)


def renewed(response: Response, cookie: str | None) -> Response:
    """Give the session its new cookie after a change that ended the others."""
    if cookie:
        keep_session(response, cookie, None)
    return response


@acted
def begin_second_factor() -> Response:
    """Show the key for the app; nothing is on before its first code."""
    enrolment = current_site().identity.second_factor.begin()
    return show(
        "enrol.html",
        "Set up codes",
        enrolment=enrolment,
        picture=qr_code(enrolment.address),
        key=" ".join(enrolment.secret[at : at + 4] for at in range(0, len(enrolment.secret), 4)),
        fields=(FIRST_CODE,),
    )


@acted
def confirm_second_factor() -> Response:
    """Switch codes on by the first one, and show the recovery codes this once."""
    factor = current_site().identity.second_factor
    try:
        enrolled = factor.confirm(text_of("pending"), text_of("code"))
    except BlogError as error:
        if error.code != "code-refused":
            raise
        sent = {"pending": text_of("pending"), "address": _app_address(text_of("address"))}
        fields = (refilled(FIRST_CODE, error),)
        key = text_of("key")
        picture = qr_code(sent["address"])
        return show(
            "enrol.html",
            "Set up codes",
            error,
            enrolment=sent,
            picture=picture,
            key=key,
            fields=fields,
        )
    response = _codes("Codes are on", enrolled.recovery_codes)
    return renewed(response, enrolled.cookie)


def qr_code(address: str) -> Markup:
    """Return an address as a picture for a phone's camera, dark on light whatever the page is."""
    if not address:
        return Markup()
    import segno

    drawn = segno.make(address, error="m", micro=False)
    # segno writes only its own marks and numbers
    return Markup(
        drawn.svg_inline(scale=5, dark="#000", light="#fff", svgclass="qr", lineclass=None)
    )


def _app_address(sent: str) -> str:
    """Return an address that opens an authenticator app; nothing for any other."""
    return sent if sent.startswith("otpauth://totp/") else ""


@acted
def new_recovery_codes() -> Response:
    """Make new recovery codes and show them this once."""
    codes = current_site().identity.second_factor.new_recovery_codes()
    return _codes("New recovery codes", codes)


def _codes(heading: str, codes: tuple[str, ...]) -> Response:
    intro = (
        _(
            "Keep these recovery codes where you find them without your phone. Each works once, "
            "and they are shown only now."
        ),
    )
    return show("secret.html", heading, intro=intro, secret="", codes=codes)


@acted
def end_second_factor() -> Response:
    """Switch codes off."""
    cookie = current_site().identity.second_factor.disable(own_id())
    return renewed(done("factor"), cookie)


@acted
def make_token() -> Response:
    """Make an API token and show its secret this once."""
    days = text_of("days")
    secret, info = current_site().identity.tokens.create(
        own_id(),
        text_of("name"),
        request.form.getlist("scopes"),
        days=int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
    )
    intro = (
        _("The token “%(name)s” is shown only now. Copy it to where it is needed.", name=info.name),
    )
    return show("secret.html", "A new API token", intro=intro, secret=secret, codes=())


@acted
def end_token(token_id: str) -> Response:
    """End one of one's own tokens."""
    identity = current_site().identity
    if token_id in {token.id for token in identity.tokens.of(own_id())}:
        identity.tokens.revoke(token_id)
    return done("token")
