"""The tokens of the inline stage.

The list is flat: links and emphasis are pairs of marks in it, not trees. So nothing has to be
moved when a link or an emphasis turns out to be one, however long its content is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Text:
    """Text as it will be read; `typed` is false where the writer escaped it."""

    text: str
    typed: bool = True


@dataclass(slots=True)
class Code:
    """A code span."""

    text: str


@dataclass(slots=True)
class Raw:
    """Html that the writer typed."""

    html: str


@dataclass(slots=True)
class Break:
    """The end of a line; `hard` breaks show."""

    hard: bool


@dataclass(slots=True)
class Run:
    """A run of `*`, `_` or `~`; what is left of it at the end is text.

    `closes` and `opens` hold tag names in the order in which they were matched: closing tags
    stand before the characters that are left, opening tags after them, the last matched first.
    """

    mark: str
    length: int
    left: int
    can_open: bool
    can_close: bool
    order: int = 0
    closes: list[str] = field(default_factory=list)
    opens: list[str] = field(default_factory=list)
    before: Run | None = None
    after: Run | None = None


@dataclass(slots=True)
class LinkOpen:
    """The begin of a link."""

    href: str
    title: str | None = None


@dataclass(slots=True)
class LinkClose:
    """The end of the link that was begun last."""


@dataclass(slots=True)
class Image:
    """An image with its alternative text."""

    src: str
    title: str | None
    alt: str


@dataclass(slots=True)
class BareLink:
    """An address typed as text; inside a link it stays text."""

    href: str
    text: str


@dataclass(slots=True)
class NoteReference:
    """A reference to a footnote that exists, by its normalised label."""

    label: str


Token = Text | Code | Raw | Break | Run | LinkOpen | LinkClose | Image | BareLink | NoteReference


def plain_text(tokens: Iterable[Token]) -> str:
    """Return what a reader who sees no markup would read."""
    pieces: list[str] = []
    for token in tokens:
        if isinstance(token, Text | Code | BareLink):
            pieces.append(token.text)
        elif isinstance(token, Run):
            pieces.append(token.mark * token.left)
        elif isinstance(token, Image):
            pieces.append(token.alt)
        elif isinstance(token, Break):
            pieces.append("\n")
    return "".join(pieces)
