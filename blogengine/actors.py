"""Who acts: the visitor of a request, the operator at the command line, or the engine itself.

Services ask `require()`, wherever a call comes from: a page, a command, a plugin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import Flask, current_app, has_app_context, has_request_context, request

from blogengine.errors import Denied
from blogengine.permissions import ANY, CORE_TABLE, OWN, PUBLIC, PermissionTable
from blogengine.values import Author, Post, Viewer

Veto = Callable[["Actor", str, object], str]

ANONYMOUS, PERSON, OPERATOR, ENGINE = "anonymous", "person", "operator", "engine"

TABLE = "blogengine.permissions"

OUTSIDE = "blogengine.outside"
"""Who acts outside of requests and jobs, when it isn't the operator."""

VETO = "blogengine.veto"
"""Asks the plugins why somebody is denied what their role has; "" when nobody denies it."""

VISITOR = "blogengine.visitor"
RECOGNISE = "blogengine.recognise"
"""Names in a request's environment: its visitor, once asked for, and what finds out who that is."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, wherever the act comes from.

    `kind` is anonymous, person, operator (the command line) or engine (jobs, scheduled posts).
    `scopes` are an API token's, None where all the role's permissions count. `session` is the
    public id of session or token; `confirmed_at` when the password was last given. A person who
    has a `second_factor` can't be signed in by a password alone.
    """

    kind: str
    id: int | None = None
    name: str = ""
    role: str = ""
    scopes: frozenset[str] | None = None
    session: str = ""
    confirmed_at: datetime | None = None
    second_factor: bool = False

    @property
    def anonymous(self) -> bool:
        return self.kind == ANONYMOUS

    @property
    def viewer(self) -> Viewer:
        """What templates and widgets see of the actor."""
        return Viewer(self.name, self.id) if self.kind == PERSON else Viewer()


NOBODY = Actor(ANONYMOUS)
THE_OPERATOR = Actor(OPERATOR, name="operator")
THE_ENGINE = Actor(ENGINE, name="blogengine")


@dataclass(frozen=True, slots=True)
class _Stand:
    """Who was put in the actor's place, and in which request (None outside of any)."""

    actor: Actor
    request: object


_ACTING: ContextVar[_Stand | None] = ContextVar("blogengine_acting", default=None)
_ASKING: ContextVar[bool] = ContextVar("blogengine_asking", default=False)


def current_actor() -> Actor:
    """Return who acts here.

    In a request that is its visitor, nobody known unless they have signed in. Outside of one it is
    the operator of a command, and nobody known in a process that serves visitors.
    """
    stand = _ACTING.get()
    if stand is not None and stand.request is _request():
        return stand.actor
    if not has_request_context():
        return _outside()
    # Kept with the request: another app may be open while it goes on.
    environ = request.environ
    if VISITOR not in environ:
        environ[VISITOR] = NOBODY  # whatever is asked on the way
        recognise: Callable[[], Actor] = environ.get(RECOGNISE, lambda: NOBODY)
        environ[VISITOR] = recognise()
    return cast(Actor, environ[VISITOR])


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Let somebody else act for a while: the engine in a job, a person in a test.

    It counts in the request (or outside of one) where it was said, and in no other.
    """
    token = _ACTING.set(_Stand(actor, _request()))
    try:
        yield
    finally:
        _ACTING.reset(token)


def may(permission: str, subject: object = None, actor: Actor | None = None) -> bool:
    """Tell whether somebody has a permission, here and for this post or person.

    Without a `subject` it is asked whether they have it for anything at all.
    """
    who = actor or current_actor()
    return _granted(permission, subject, who) and not _veto(permission, subject, who)


def require(permission: str, subject: object = None) -> None:
    """Raise Denied unless who acts has the permission: 401 for nobody known, else 403."""
    actor = current_actor()
    if not _granted(permission, subject, actor):
        raise denied(permission, actor)
    if reason := _veto(permission, subject, actor):
        raise denied(permission, actor, reason)


def _granted(permission: str, subject: object, who: Actor) -> bool:
    if permission == PUBLIC or who.kind in (OPERATOR, ENGINE):
        return True
    if who.kind != PERSON or (who.scopes is not None and permission not in who.scopes):
        return False
    granted = _table().grant(who.role, permission)
    return bool(granted) and (granted != OWN or subject is None or is_own(subject, who))


def _veto(permission: str, subject: object, who: Actor) -> str:
    """Return why a plugin denies what the table grants; what it asks itself, the table answers."""
    veto: Veto | None = current_app.extensions.get(VETO) if has_app_context() else None
    if veto is None or permission == PUBLIC or who.kind != PERSON or _ASKING.get():
        return ""
    token = _ASKING.set(True)
    try:
        return veto(who, permission, subject)
    finally:
        _ASKING.reset(token)


def denied(permission: str, actor: Actor, reason: str = "") -> Denied:
    """Return the error that says so; a plugin may have a `reason`."""
    if actor.anonymous:
        return Denied(
            "You have to be signed in for this.",
            code="sign-in-needed",
            action="Sign in, then try again. Nothing was changed.",
            status=401,
        )
    title = _table().title(permission)
    return Denied(
        f"You may not {title}: {reason}" if reason else f"You may not {title}, or not this one.",
        code="not-allowed",
        action="Ask an owner of the site for it. Nothing was changed.",
    )


def is_own(subject: object, actor: Actor) -> bool:
    """Tell whether a post has the actor among its authors, or a person is the actor."""
    if actor.id is None:
        return False
    if isinstance(subject, Post):
        return any(author.id == actor.id for author in subject.authors)
    return isinstance(subject, Author) and subject.id == actor.id


def all_or_own(permission: str, actor: Actor | None = None) -> str:
    """Return "any", "own" or "" for what somebody has of a permission."""
    who = actor or current_actor()
    if who.kind in (OPERATOR, ENGINE):
        return ANY
    return _table().grant(who.role, permission) if may(permission, None, who) else ""


def serves_visitors(app: Flask) -> None:
    """Say that an app's process serves visitors: what acts there by itself is nobody known."""
    app.extensions[OUTSIDE] = NOBODY


def _outside() -> Actor:
    if not has_app_context():
        return THE_OPERATOR
    return cast(Actor, current_app.extensions.get(OUTSIDE, THE_OPERATOR))


def _request() -> object:
    # The request itself, not the stand-in that is everybody's.
    return getattr(request, "_get_current_object")() if has_request_context() else None  # noqa: B009


def _table() -> PermissionTable:
    if not has_app_context():
        return CORE_TABLE
    return cast(PermissionTable, current_app.extensions.get(TABLE, CORE_TABLE))
