"""What templates need to show the form, wherever it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from blogengine.api import Post
from blogengine_plugins.comments.entry import (
    LONGEST_EMAIL,
    LONGEST_NAME,
    LONGEST_TEXT,
    LONGEST_WEBSITE,
    TRAP,
    Entry,
)
from blogengine_plugins.comments.queries import Shown

EMPTY = Entry()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a comment goes: below a post, or as an answer to another comment."""

    post: Post
    parent: Shown | None = None

    @property
    def action(self) -> str:
        """The address of the form's own page, which also takes what is sent."""
        if self.parent is not None:
            return reply_path(self.parent.id)
        return f"/comments/post/{self.post.id}/"

    @property
    def parent_id(self) -> int | None:
        return self.parent.id if self.parent else None


@dataclass(frozen=True, slots=True)
class Form:
    """A form to show: given-back values, sentences by field, and the mark of a seen preview.

    `opened` is a mark of when it was first shown; there is none on a page for everybody, which
    comes from a cache.
    """

    place: Place
    entry: Entry = EMPTY
    errors: Mapping[str, str] = field(default_factory=dict)
    seen: str = ""
    opened: str = ""
    name_length: int = LONGEST_NAME
    email_length: int = LONGEST_EMAIL
    website_length: int = LONGEST_WEBSITE
    text_length: int = LONGEST_TEXT
    trap: str = TRAP


def reply_path(comment_id: int) -> str:
    """Return the address where a comment can be answered."""
    return f"/comments/reply/{comment_id}/"
