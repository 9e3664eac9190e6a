"""The look of the pages where somebody signs in: the core's own, without theme or plugin.

Whatever a theme or a plugin does, its owner must get in to switch it off.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import cast

from flask import Response, current_app, request
from markupsafe import Markup

from blogengine.cookies import is_protected
from blogengine.errors import BlogError, Retryable, TooMany
from blogengine.pages import PageMaker
from blogengine.settings import SiteSettings
from blogengine.templating import CORE_TEMPLATES
from blogengine.values import Link
from blogengine.views.current import MAKER, current_site

FOLDER = CORE_TEMPLATES / "_people"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form. `autocomplete` is a word of the HTML standard."""

    name: str
    label: str = ""
    type: str = "text"
    autocomplete: str = "off"
    value: str = ""
    hint: str = ""
    error: str = ""
    required: bool = True
    checked: bool = False
    inputmode: str = ""
    longest: int = 0
    prefix: str = "field"

    @property
    def id(self) -> str:
        return f"{self.prefix}-{self.name}"

    @property
    def described_by(self) -> str:
        parts = [f"{self.id}-hint"] if self.hint else []
        return " ".join([*parts, f"{self.id}-error"] if self.error else parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence of the summary above a form; `field` is the id of the field it is about."""

    message: str
    action: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A page with one form."""

    heading: str
    action: str
    fields: tuple[Field, ...]
    button: str
    intro: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    notice: str = ""
    passkeys: bool = False
    confirms: bool = False
    multipart: bool = False


def show_form(form: Form, error: BlogError | None = None) -> Response:
    """Answer with a form; with an error, what was typed stands in it again, but secrets."""
    fields = tuple(refilled(field, error) for field in form.fields)
    return show(
        "form.html",
        form.heading,
        error,
        fields=fields,
        action=form.action,
        button=form.button,
        intro=form.intro,
        links=form.links,
        notice=form.notice,
        passkeys=form.passkeys,
        multipart=form.multipart,
        confirms=form.confirms and current_site().identity.passkeys.available(),
        next_address=request.values.get("next", "")[:2000],
    )


def refilled(field: Field, error: BlogError | None) -> Field:
    """Return a field with what was sent in it, and with the error that is about it."""
    if error is None:
        return field
    sent = request.form.get(field.name, "")
    if field.type == "checkbox":
        return replace(field, checked=field.name in request.form)
    if field.type not in ("hidden", "password") and field.name != "code":
        field = replace(field, value=sent)
    return replace(field, error=error.message) if error.field == field.name else field


def show(
    template: str,
    heading: str,
    error: BlogError | None = None,
    *,
    problems: Sequence[Problem] = (),
    status: int = 0,
    **context: object,
) -> Response:
    """Answer with a page of these; nobody keeps it, no other site frames it or learns of it."""
    maker = cast(PageMaker, current_app.extensions[MAKER])
    if error is not None:
        names = {field.name: field.id for field in cast(Sequence[Field], context.get("fields", ()))}
        place = names.get(error.field or "", "")
        problems = (*problems, Problem(error.message, error.action, place))
    given: Mapping[str, object] = {
        "title": current_site().settings(SiteSettings).title,
        "heading": heading,
        "style": style(),
        "errors": problems,
        "unprotected": not is_protected(),
        "wide": False,
        "notice": "",
        **context,
    }
    body = maker.plain_environment.get_template(f"_people/{template}").render(given)
    status = status or (error.status if error else 200)
    response = Response(body, status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = policy()
    response.headers["Referrer-Policy"] = "same-origin"
    if isinstance(error, Retryable | TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


@cache
def style() -> Markup:
    """Return the style sheet of these pages."""
    return Markup((FOLDER / "people.css").read_text(encoding="utf-8").strip())


@cache
def policy() -> str:
    """Return what these pages may load: their own style, the site's icon and script."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self' data:; "
        "script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "object-src 'none'; frame-ancestors 'none'"
    )


def text_of(name: str, *, longest: int = 1000) -> str:
    """Return a sent field; of several with one name the first. Longer ones are cut."""
    return request.form.get(name, "")[:longest]


def carried(name: str) -> Field:
    """Return a hidden field that goes on with what came by the form or the address."""
    return Field(name, type="hidden", value=request.values.get(name, "")[:2000])
