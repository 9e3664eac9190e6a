"""`/errors/CODE/`: what the manual says about an error, where its answer points to."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Flask
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from blogengine.permissions import PUBLIC
from blogengine.routes import add_route
from blogengine.values import Page
from blogengine.views.current import respond_with
from blogengine.views.posts import show_path

ENTRIES = Path(__file__).resolve().parent.parent / "manual" / "errors.json"
"""Written by docs/build.py from docs/errors.md."""

TURNS = {
    "user": "Whoever sent it can mend it.",
    "operator": "Whoever runs the site has to do something.",
    "retryable": "Nobody has to mend anything: the same thing may go through in a moment.",
    "fatal": "A fault of the engine; please report it.",
}


def add_manual(app: Flask) -> None:
    """Put the errors' addresses on the app; what else stands below is a page of the site's own."""
    entries: dict[str, dict[str, str]] = json.loads(ENTRIES.read_text(encoding="utf-8"))

    def show_entry(code: str) -> AnyResponse:
        entry = entries.get(code)
        if entry is None:
            return show_path(f"errors/{code}")
        heading = f"Error: {code}"
        page = Page(
            kind="error",
            title=heading,
            heading=heading,
            message=Markup(entry["html"]),
            action=TURNS[entry["turn"]],
            turn=entry["turn"],
            noindex=True,
        )
        return respond_with(page, "error_entry.html", {})

    methods = ["GET", "POST"]  # a page of the site's own may ask for its password
    rule = "/errors/<code>/"
    add_route(app, rule, "error_entry", show_entry, permission=PUBLIC, methods=methods)
