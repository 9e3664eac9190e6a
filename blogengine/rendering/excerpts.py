"""Plain text of a body, and the few sentences that stand for it in lists and cards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from blogengine.rendering.events import End, Event, Start, Text

MOST_WORDS = 55
SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+|(?<=[。！？])")
INLINE = frozenset(
    (
        "a abbr b bdi bdo cite code del dfn em i ins kbd mark q s samp small span strong sub sup "
        "time u var wbr"
    ).split()
)
NOT_PROSE = frozenset({"pre", "table", "figure", "details", "aside", "section", "ul", "ol", "dl"})


def plain_text(events: Sequence[Event]) -> str:
    """Return the whole text, blocks apart, white space collapsed."""
    parts: list[str] = []
    for event in _without_marks(events):
        if isinstance(event, Text):
            parts.append(event.text)
        elif isinstance(event, Start | End) and event.tag not in INLINE:
            parts.append(" ")
    return " ".join("".join(parts).split())


def _without_marks(events: Sequence[Event]) -> Iterator[Event]:
    """Leave out what only points to a footnote and back: no reader would speak it."""
    skipping = ""
    for event in events:
        if isinstance(event, Start) and not skipping:
            classes = (event.attributes.get("class") or "").split()
            if {"footnote-ref", "footnote-backref"} & set(classes):
                skipping = event.tag
        if not skipping:
            yield event
        elif isinstance(event, End) and event.tag == skipping:
            skipping = ""


def excerpt(events: Sequence[Event], more_at: int | None) -> str:
    """Return the text before the more marker, else whole sentences up to about 55 words."""
    if more_at is not None:
        return plain_text(events[:more_at])
    prose = _paragraphs(events) or plain_text(events)
    taken: list[str] = []
    for sentence in SENTENCE_END.split(prose):
        words = len(" ".join([*taken, sentence]).split())
        if taken and words > MOST_WORDS:
            break
        taken.append(sentence.strip())
        if words >= MOST_WORDS:
            break
    words_taken = " ".join(taken).split()
    if len(words_taken) > MOST_WORDS:
        return " ".join(words_taken[:MOST_WORDS]) + " …"
    return " ".join(words_taken)


def _paragraphs(events: Sequence[Event]) -> str:
    """Return the text of ordinary paragraphs only: no code, tables, lists, notes."""
    parts: list[str] = []
    apart = 0
    inside = False
    for event in _without_marks(events):
        if isinstance(event, Start) and event.tag in NOT_PROSE:
            apart += 1
        elif isinstance(event, End) and event.tag in NOT_PROSE:
            apart -= 1
        elif isinstance(event, Start) and event.tag == "p":
            inside = not apart
        elif isinstance(event, End) and event.tag == "p":
            inside = False
            parts.append(" ")
        elif isinstance(event, Text) and inside:
            parts.append(event.text)
        if isinstance(event, Start) and event.tag == "br":
            parts.append(" ")
    return " ".join("".join(parts).split())
