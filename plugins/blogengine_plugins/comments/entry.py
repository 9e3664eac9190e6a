"""What a reader wrote into the form: taken in, cleaned, and checked."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from blogengine.api import Markup, tongue, translator
from blogengine_plugins.comments.addresses import web_address
from blogengine_plugins.comments.text import can_be_seen, clean, one_line, render

_ = translator(__name__)

LONGEST_NAME = 80
LONGEST_EMAIL = 254
LONGEST_WEBSITE = 300
LONGEST_TEXT = 10_000

TRAP = "subject"
"""A field that people don't see; programs that fill everything in give themselves away by it."""

EMAIL = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\".]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """The form's values, cleaned but perhaps wrong; the website as the reader typed it."""

    author: str = ""
    email: str = ""
    website: str = ""
    source: str = ""
    trapped: bool = False

    @property
    def html(self) -> Markup:
        return render(self.source)

    @property
    def address(self) -> str:
        """The website fit for a link; "" when none was given or it can't be one."""
        bare = self.website and "://" not in self.website
        return web_address(f"https://{self.website}" if bare else self.website)

    @property
    def digest(self) -> str:
        """A mark of exactly these values."""
        values = [self.author, self.email, self.website, self.source]
        return hashlib.sha256(json.dumps(values).encode()).hexdigest()


def read_entry(form: Mapping[str, str]) -> Entry:
    """Return what a submitted form holds."""
    return Entry(
        author=one_line(form.get("author", "")),
        email=one_line(form.get("email", "")),
        website=one_line(form.get("website", "")),
        source=clean(form.get("text", "")).strip("\n"),
        trapped=bool(form.get(TRAP)),
    )


def problems(entry: Entry) -> dict[str, str]:
    """Return a sentence for each field that has to be mended, in the order of the form."""
    found = {
        "author": _check_name(entry.author),
        "email": _check_email(entry.email),
        "website": _check_website(entry),
        "text": _check_text(entry.source),
    }
    return {field: sentence for field, sentence in found.items() if sentence}


def _check_name(name: str) -> str:
    if not can_be_seen(name):
        return _("Give a name; it may be an invented one.")
    return _check_length(name, LONGEST_NAME)


def _check_email(email: str) -> str:
    too_long = _check_length(email, LONGEST_EMAIL)
    if too_long or not email or EMAIL.fullmatch(email):
        return too_long
    return _("This isn’t an e-mail address. Mend it, or leave the field empty.")


def _check_website(entry: Entry) -> str:
    too_long = _check_length(entry.website, LONGEST_WEBSITE)
    if too_long or not entry.website or entry.address:
        return too_long
    return _("This isn’t a web address such as https://example.org. Mend it, or leave it empty.")


def _check_text(text: str) -> str:
    if not can_be_seen(text):
        return _("Write your comment first.")
    return _check_length(text, LONGEST_TEXT)


def _check_length(text: str, most: int) -> str:
    if len(text) <= most:
        return ""
    return _(
        "This has %(count)s characters; %(most)s are allowed. Shorten it.",
        count=tongue().number(len(text)),
        most=tongue().number(most),
    )
