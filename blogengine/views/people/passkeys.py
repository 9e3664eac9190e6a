"""Passkeys: the questions that a browser's script asks for, and the forms that bring answers."""

from __future__ import annotations

import json
from functools import cache

from flask import Response, jsonify
from werkzeug.wrappers import Response as AnyResponse

from blogengine.errors import BlogError
from blogengine.identity.values import Ceremony
from blogengine.views.current import current_site
from blogengine.views.people.arriving import log_in_form
from blogengine.views.people.profile import acted, done, own_id
from blogengine.views.people.sessions import caller, signed_in
from blogengine.views.people.showing import FOLDER, show_form, text_of

LONGEST_ANSWER = 20_000
LARGEST_ID = 2**31 - 1


@cache
def script() -> bytes:
    """Return the script of these forms."""
    return (FOLDER / "passkeys.js").read_bytes()


def show_script() -> Response:
    """Answer with the script."""
    return Response(script(), content_type="text/javascript; charset=utf-8")


def ask_for_any() -> Response:
    """Ask for any passkey of this site, to sign in or to confirm by."""
    return _question(current_site().identity.passkeys.begin_sign_in())


def ask_for_new() -> Response:
    """Ask the browser of who is signed in to make one."""
    return _question(current_site().identity.passkeys.begin_registration())


def _question(ceremony: Ceremony) -> Response:
    return jsonify(pending=ceremony.pending, options=json.loads(ceremony.options))


def sign_in() -> AnyResponse:
    """Sign in by the answer of a passkey."""
    identity = current_site().identity
    pending, answer = text_of("pending"), text_of("answer", longest=LONGEST_ANSWER)
    try:
        found = identity.finish_passkey(pending, answer, caller())
    except BlogError as error:
        return show_form(log_in_form(), error)
    return signed_in(found)


@acted
def add() -> AnyResponse:
    """Keep a passkey that the browser has made."""
    pending, answer = text_of("pending"), text_of("answer", longest=LONGEST_ANSWER)
    current_site().identity.passkeys.finish_registration(pending, answer, text_of("name"))
    return done("passkey")


@acted
def remove(passkey_id: str) -> AnyResponse:
    """Remove one of one's own passkeys."""
    number = int(passkey_id) if passkey_id.isascii() and passkey_id.isdigit() else 0
    current_site().identity.passkeys.remove(own_id(), min(number, LARGEST_ID))
    return done("no-passkey")
