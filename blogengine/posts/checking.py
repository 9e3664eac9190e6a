"""What a draft may say: checked before anything is rendered or stored."""

from __future__ import annotations

import re

from blogengine.errors import UserError
from blogengine.models import PATH_LENGTH, TITLE_LENGTH
from blogengine.slugs import LONGEST_SLUG
from blogengine.values import KINDS, STATUSES, VISIBILITIES, PostDraft

FIRST_YEAR, LAST_YEAR = 1000, 9998
"""Years that are still years in every time zone and have four digits in an address."""

MOMENTS = ("published_at", "updated_at", "pinned_from", "pinned_until")
"""Fields of a draft that are points in time."""

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,6}")
"""A tag as in BCP 47: de, pt-BR, zh-Hant-TW."""

PICTURE = re.compile(r"/(?!/)|https?://[^/]")
TEMPLATE = re.compile(r"(?:post|page)-[a-z0-9][a-z0-9_-]{0,60}\.html")
"""A file that a theme may have for single posts or pages."""

FORMATS = ("markdown", "html")
LONGEST = {
    "title": TITLE_LENGTH,
    "slug": LONGEST_SLUG,
    "guid": PATH_LENGTH,
    "language": 35,
    "excerpt": 10_000,
    "featured_image": PATH_LENGTH,
    "featured_alt": PATH_LENGTH,
    "seo_title": TITLE_LENGTH,
    "seo_description": PATH_LENGTH,
}
"""Characters each field may have: PostgreSQL refuses longer ones, SQLite would take them."""


def check(draft: PostDraft) -> None:
    """Refuse a draft whose fields can't be stored; raises UserError naming the field."""
    for field, value, allowed in (
        ("status", draft.status, STATUSES),
        ("visibility", draft.visibility, VISIBILITIES),
        ("kind", draft.kind, KINDS),
    ):
        if value not in allowed:
            raise refused(
                field, f"The {field} {value!r} isn't known.", f"Use one of: {', '.join(allowed)}."
            )
    for name in MOMENTS:
        moment = getattr(draft, name)
        if moment is not None and not FIRST_YEAR <= moment.year <= LAST_YEAR:
            problem = f"The year {moment.year} is out of reach."
            raise refused(name, problem, f"Use one from {FIRST_YEAR} to {LAST_YEAR}.")
    if draft.pinned_until is not None:
        if draft.pinned_from is None:
            problem = "The pin has an end but no beginning."
            raise refused("pinned_from", problem, "Say from when on.")
        if draft.pinned_until <= draft.pinned_from:
            raise refused("pinned_until", "The pin ends before it begins.", "Choose a later end.")
    if draft.featured_image and not PICTURE.match(draft.featured_image):
        problem = f"{draft.featured_image!r} isn't the address of a picture."
        raise refused("featured_image", problem, "Begin it with / or https://.")
    if draft.language and not LANGUAGE.fullmatch(draft.language):
        problem = f"{draft.language!r:.60} isn't the code of a language."
        raise refused("language", problem, "Write one such as de, pt-BR or zh-Hant.")
    if draft.template and not TEMPLATE.fullmatch(draft.template):
        problem = f"{draft.template!r:.80} isn't the name of a template."
        raise refused("template", problem, "Write one such as post-wide.html.")
    _check_texts(draft)


def _check_texts(draft: PostDraft) -> None:
    """Refuse what one database stores and another doesn't: odd characters, over-long values."""
    texts = [(name, getattr(draft, name), most) for name, most in LONGEST.items()]
    for field, text, most in texts:
        if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
            problem = f"The {field} holds a character that can't be stored: {text!r:.60}."
            raise refused(field, problem, "Take it out, or write it as UTF-8.")
        if len(text) > most:
            problem = f"The {field} has {len(text)} characters; {most} are allowed."
            raise refused(field, problem, "Shorten it.")
    if draft.format not in FORMATS:
        problem = f"The format {draft.format!r} isn't known."
        raise refused("format", problem, f"Use one of: {', '.join(FORMATS)}.")


def refused(field: str, message: str, action: str) -> UserError:
    """The error of a field that can't be stored as it is."""
    return UserError(message, code="post-invalid", action=action, field=field, status=422)
