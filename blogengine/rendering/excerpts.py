"""Plain text of a body, and the few sentences that stand for it in lists and cards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from blogengine.rendering.counting import SIGNS_A_WORD, count_words
from blogengine.rendering.events import End, Event, Start, Text

MOST_WORDS = 55
SENTENCE_END = re.compile(
    r"[.!?…][\"'”’»)\]]*\s+(?=[^\W_a-z]|[\"'“‘«(¿¡])|[。！？][」』）”]*\s*|[。．]\s*"
)
NO_END = re.compile(
    r"(?:\b[A-Za-z]|[ .][a-z]\.[a-z]|\b(?:Dr|Mr|Mrs|Ms|St|Prof|No|vs|etc|Fig|ca|bzw|Nr|Bd|cf))\Z"
)
"""What stands before a full stop that ends an abbreviation or an initial, no sentence."""
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
    """Leave out what points to a footnote and back, and say formulas as they were written."""
    skipping = ""
    for event in events:
        if isinstance(event, Start) and not skipping:
            classes = (event.attributes.get("class") or "").split()
            if {"footnote-ref", "footnote-backref"} & set(classes):
                skipping = event.tag
            elif event.tag in ("math", "nav"):
                skipping = event.tag
                yield Text(event.attributes.get("alttext") or "")
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
    words = 0
    for sentence in sentences(prose):
        more = count_words(sentence)
        if taken and words + more > MOST_WORDS:
            break
        taken.append(sentence)
        words += more
        if words >= MOST_WORDS:
            break
    return _cut("".join(taken).strip()) if words > MOST_WORDS else "".join(taken).strip()


def sentences(prose: str) -> Iterator[str]:
    """Return the sentences of a text in order, each with the space behind it."""
    start = 0
    for end in SENTENCE_END.finditer(prose):
        if prose[end.start()] == "." and NO_END.search(
            prose[max(0, end.start() - 8) : end.start()]
        ):
            continue
        yield prose[start : end.end()]
        start = end.end()
    if prose[start:].strip():
        yield prose[start:]


def _cut(sentence: str) -> str:
    """Return the beginning of a sentence that alone is too long: whole words, or whole signs."""
    taken: list[str] = []
    left = MOST_WORDS
    for word in sentence.split():
        length = count_words(word)
        if length > left:
            if not taken:
                return f"{word[: MOST_WORDS * SIGNS_A_WORD]}…"
            break
        taken.append(word)
        left -= length
    return " ".join(taken) + " …"


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
