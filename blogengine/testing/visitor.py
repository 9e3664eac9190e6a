"""A visitor of a site under test, and the forms of the pages they see."""

from __future__ import annotations

import uuid
from contextvars import Context
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.test import TestResponse

from blogengine.cookies import SESSION
from blogengine.db import db
from blogengine.identity import Caller

if TYPE_CHECKING:
    from blogengine.identity import Identity


class Visitor:
    """Sends requests as a browser would: with its cookies, and with where a form stood."""

    def __init__(self, app: Flask) -> None:
        self._client = app.test_client()

    def get(self, path: str, **options: Any) -> TestResponse:
        """Ask for a page."""
        return self._open(path, method="GET", **options)

    def post(self, path: str, *, from_elsewhere: bool = False, **options: Any) -> TestResponse:
        """Send a form; `from_elsewhere` as a page of another site would."""
        stood = "cross-site" if from_elsewhere else "same-origin"
        headers = {"Sec-Fetch-Site": stood, **dict(options.pop("headers", {}))}
        return self._open(path, method="POST", headers=headers, **options)

    def forms(self, path: str) -> list[dict[str, str]]:
        """Return what each form of a page would send untouched; "action" and "method" beside."""
        return read_forms(self.get(path).text)

    def form(self, path: str, action: str = "") -> dict[str, str]:
        """Return the form of a page that goes to `action`, by default to the page itself.

        What "Sign out" sends isn't meant: a page of the admin has that form as well.
        """
        found = read_forms(self.get(path).text)
        return next(form for form in found if form["action"] in {action or path, action})

    def _open(self, path: str, **options: Any) -> TestResponse:
        # A fresh context: the request must not share the database snapshot of the test.
        answer = Context().run(lambda: self._client.open(path, **options))
        db.end_reading()  # and what it wrote is to be seen by the test
        return answer


def arrive(visitor: Visitor, identity: Identity, role: str) -> Visitor:
    """Let a visitor be a new person of this role, signed in."""
    who = uuid.uuid4().hex[:8]
    somewhere = Caller(f"2001:db8:{who[:4]}:{who[4:]}::1")  # so many from one address are refused
    link = identity.people.invite(f"{role.title()} {who}", f"{who}@example.org", role)
    signed = identity.accept_invitation(link.token, f"a password of {who}", somewhere)
    visitor._client.set_cookie(f"__Host-{SESSION}", signed.cookie, secure=True)
    return visitor


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str]] = []
        self._form: dict[str, str] | None = None
        self._area = ""
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = {"action": given.get("action", ""), "method": given.get("method", "get")}
            self.found.append(self._form)
        elif self._form is not None and given.get("name"):
            kind = given.get("type", "text")
            if tag == "input" and (kind not in ("checkbox", "radio") or "checked" in given):
                self._form[given["name"]] = given.get("value", "")
            elif tag == "textarea":
                self._form[given["name"]] = ""
                self._area = given["name"]
            elif tag == "select":
                self._select = given["name"]
        elif self._form is not None and tag == "option" and self._select:
            first = self._form.setdefault(self._select, given.get("value", ""))
            self._form[self._select] = given.get("value", "") if "selected" in given else first

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area and self._form is not None:
            # A line break right after the tag isn't part of the text.
            text = data if self._form[self._area] else data.removeprefix("\n")
            self._form[self._area] += text


def read_forms(html: str) -> list[dict[str, str]]:
    """Return the forms of a page, in their order."""
    parser = _Forms()
    parser.feed(html)
    return parser.found
