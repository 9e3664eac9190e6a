"""A refused form that may go through if it is sent once more: its page has a button for that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import request

from blogengine.csrf import FIELD, from_here
from blogengine.errors import BlogError
from blogengine.logs import sensitive
from blogengine.values import NOTHING, GivenBack

SEND_AGAIN = (401, 429)
"""Statuses after which the same form may go through: once signed in, or a little later."""


def to_send_again(error: BlogError, given: Sequence[GivenBack]) -> Mapping[str, object]:
    """Return what the page of an error needs to offer the form once more; nothing if it doesn't.

    A page of another site gets no button for what it made up. Secrets have to be typed again.
    """
    may_help = error.turn == "retryable" or error.status in SEND_AGAIN
    if not given or not (may_help or error.code == "form-not-fresh") or not from_here():
        return NOTHING
    return {
        "secrets": [name for name in request.form if sensitive(name) and name != FIELD],
        "target": request.full_path.rstrip("?"),
        "files": bool(request.files),
    }
