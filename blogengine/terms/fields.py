"""What can be set of a term besides its name, each field checked before it is stored."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypedDict

from blogengine.errors import UserError
from blogengine.models import MARK_LENGTH, TITLE_LENGTH
from blogengine.taxonomies import DISPLAYS, ORDERS

COLOUR = re.compile(r"#[0-9a-f]{6}")
IMAGE = re.compile(r"(?:https?://[^\s/]+|/(?!/))\S*")
TEMPLATE = re.compile(r"[\w.-]{1,80}")
LONGEST_TEXT = 500
MOST_PINS = 3
MOST_A_PAGE = 100

ADVICE: Mapping[str, str] = {
    "colour": "Write it as #1a6b4c.",
    "image": "Give an address or a path.",
    "template": "Name a template of the theme, such as tag-large.html.",
    "display": f"It is one of {', '.join(DISPLAYS)}.",
    "sort": f"It is one of {', '.join(ORDERS)}.",
    "page_size": f"Give a number up to {MOST_A_PAGE}; 0 is what the site has.",
    "pins": f"Give the ids of up to {MOST_PINS} posts.",
}
PATTERNS = {"colour": COLOUR, "image": IMAGE, "template": TEMPLATE}
CHOICES = {"display": DISPLAYS, "sort": ORDERS}


class Shape(TypedDict, total=False):
    """How the archive of a term is shown; what isn't named stays as it is.

    `internal` hides the term from readers. `display` is full, excerpt or titles, `sort` newest,
    oldest, updated or manual; empty and 0 stand for what the site has. `template` is one of the
    theme. `pins` are up to three posts that stand on top; `parent` is the slug of the term above,
    where the taxonomy has levels.
    """

    internal: bool | None
    display: str | None
    page_size: int | None
    sort: str | None
    template: str | None
    pins: Sequence[int] | None
    parent: str | None


LONGEST = {"seo_title": TITLE_LENGTH, "template": MARK_LENGTH}


def sound(given: Mapping[str, Any], rankings: Collection[str] = ()) -> dict[str, Any]:
    """Return the fields as they can be stored, without those that are None; raises UserError."""
    if (sort := given.get("sort")) in rankings:
        return {**sound({**given, "sort": None}), "sort": str(sort)}
    return {name: _sound(name, value) for name, value in given.items() if value is not None}


def _sound(name: str, value: Any) -> Any:
    if name == "internal":
        return bool(value)
    if name == "page_size":
        if not 0 <= int(value) <= MOST_A_PAGE:
            raise refused(name, value)
        return int(value)
    if name == "pins":
        return _pins(value)
    text = str(value).strip()
    text = text.lower() if name == "colour" else text
    fits = not text or name not in PATTERNS or bool(PATTERNS[name].fullmatch(text))
    fits = fits and (not text or name not in CHOICES or text in CHOICES[name])
    if not fits or len(text) > LONGEST.get(name, LONGEST_TEXT) or "\x00" in text:
        raise refused(name, text)
    return text


def _pins(value: Sequence[int]) -> str:
    ids = list(dict.fromkeys(value))
    if len(ids) > MOST_PINS or not all(0 < number < 2**31 for number in ids):
        raise refused("pins", ", ".join(map(str, ids)))
    return json.dumps(ids)


def refused(name: str, value: object) -> UserError:
    """The error for a field that can't be stored."""
    return UserError(
        f"{str(value)[:60]!r} can't be the {name.replace('_', ' ')} of a tag.",
        code="tag-field-invalid",
        action=ADVICE.get(name, f"It may have {LONGEST.get(name, LONGEST_TEXT)} characters."),
        field=name,
        status=422,
    )
