"""The last pass over sanitised html: valid elements, ids, heading levels, the more marker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from blogengine.rendering.contents import mark_contents, with_contents
from blogengine.rendering.elements import RENAMED, mended
from blogengine.rendering.events import (
    VOID,
    Comment,
    End,
    Event,
    Start,
    Text,
    balanced,
    read,
    write,
)
from blogengine.rendering.frames import settled
from blogengine.rendering.identifiers import HEADINGS, give_ids, text_of
from blogengine.rendering.mathml import settled_formulas
from blogengine.rendering.placement import DEPTH_MARKS, ID_MARK
from blogengine.values import Heading

MORE = "more"
SCROLL_BOX = {"class": "table-scroll", "tabindex": "0", "role": "group", "aria-label": "Table"}


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished text: html with placeholders, the part before the more marker, its events."""

    html: str
    before_more: str
    events: Sequence[Event]
    more_at: int | None
    headings: tuple[Heading, ...]


def finish(html: str, *, frames: bool = False) -> Finished:
    """Return sanitised html ready to be stored and placed; `frames` may stay if they are sound."""
    events = _mended(settled(read(html)) if frames else read(html), frames=frames)
    give_ids(events)
    headings = _level_headings(events)
    events = with_contents(events, headings)
    more_at = next((i for i, e in enumerate(events) if isinstance(e, Comment)), None)
    before = "" if more_at is None else mark_contents(write(balanced(list(events[:more_at]))))
    return Finished(mark_contents(write(events)), before, events, more_at, headings)


def _mended(events: Sequence[Event], *, frames: bool) -> list[Event]:
    """Replace obsolete elements, complete images and boxes, keep one more marker."""
    out: list[Event] = []
    seen_more = False
    for event in settled_formulas(events):
        if isinstance(event, Comment):
            if event.text.strip().lower() == MORE and not seen_more:
                seen_more = True
                out.append(Comment(MORE))
        elif isinstance(event, Start):
            out.extend(mended(event, frames=frames))
        elif isinstance(event, End):
            if frames or event.tag != "iframe":
                out.append(End(RENAMED.get(event.tag, event.tag)))
        else:
            out.append(event)
    return _with_scroll_boxes(_without_empty_headings(_captions_in_place(_without_strays(out))))


LISTS = frozenset({"ul", "ol"})


def _without_strays(events: Sequence[Event]) -> list[Event]:
    """Put what stands directly in a list, beside its items, into an item of its own."""
    out: list[Event] = []
    still_open: list[str] = []
    wrapping: list[int] = []
    for event in events:
        directly = bool(still_open) and still_open[-1] in LISTS
        if isinstance(event, Start):
            if directly and event.tag != "li":
                out.append(Start("li"))
                still_open.append("li")
                wrapping.append(len(still_open))
            elif wrapping and wrapping[-1] == len(still_open) and event.tag == "li":
                out.append(End(still_open.pop()))
                wrapping.pop()
            if event.tag not in VOID:
                still_open.append(event.tag)
        elif isinstance(event, Text):
            if directly and event.text.strip():
                out.append(Start("li"))
                still_open.append("li")
                wrapping.append(len(still_open))
        elif isinstance(event, End):
            while wrapping and wrapping[-1] == len(still_open) and event.tag in LISTS:
                out.append(End(still_open.pop()))
                wrapping.pop()
            if still_open and still_open[-1] == event.tag:
                still_open.pop()
        out.append(event)
    return out


def _captions_in_place(events: Sequence[Event]) -> list[Event]:
    """Make every caption a child of its figure: what stands between ends before it.

    A caption outside of any figure becomes an ordinary box.
    """
    out: list[Event] = []
    still_open: list[str] = []
    ended: list[str] = []
    for event in events:
        if isinstance(event, Start) and event.tag == "figcaption":
            if "figure" in still_open:
                while still_open[-1] != "figure":
                    ended.append(still_open.pop())
                    out.append(End(ended[-1]))
            else:
                event.tag = "div"
        if isinstance(event, End):
            if event.tag == "figcaption" and "figcaption" not in still_open:
                event.tag = "div"
            if still_open and still_open[-1] == event.tag:
                still_open.pop()
            elif event.tag in ended:
                ended.remove(event.tag)
                continue
        elif isinstance(event, Start) and event.tag not in VOID:
            still_open.append(event.tag)
        out.append(event)
    return out


def _without_empty_headings(events: list[Event]) -> list[Event]:
    out: list[Event] = []
    skip_to: str | None = None
    for place, event in enumerate(events):
        if skip_to is not None:
            if isinstance(event, End) and event.tag == skip_to:
                skip_to = None
            continue
        if isinstance(event, Start) and event.tag in HEADINGS and _is_empty(events, place):
            skip_to = event.tag
            continue
        out.append(event)
    return out


def _with_scroll_boxes(events: Sequence[Event]) -> list[Event]:
    """Put every outermost table into a box that scrolls alone and that the keyboard reaches."""
    out: list[Event] = []
    depth = 0
    for event in events:
        opens = isinstance(event, Start) and event.tag == "table"
        closes = isinstance(event, End) and event.tag == "table"
        if opens and not depth:
            out.append(Start("div", dict(SCROLL_BOX)))
        out.append(event)
        depth += opens - closes
        if closes and not depth:
            out.append(End("div"))
    return out


def _is_empty(events: Sequence[Event], place: int) -> bool:
    """Whether a heading shows nothing: neither text nor a picture."""
    start = events[place]
    assert isinstance(start, Start)
    for index in range(place + 1, len(events)):
        event = events[index]
        if isinstance(event, End) and event.tag == start.tag:
            return True
        if isinstance(event, Text) and event.text.strip():
            return False
        if isinstance(event, Start) and event.tag in VOID and event.tag != "br":
            return False
    return True


def _level_headings(events: Sequence[Event]) -> tuple[Heading, ...]:
    """Give headings consecutive depths by a stack, in place of the writer's skips."""
    stack: list[int] = []
    found: list[Heading] = []
    for place, event in enumerate(events):
        if isinstance(event, Start) and event.tag in HEADINGS:
            level = int(event.tag[1])
            while stack and stack[-1] >= level:
                stack.pop()
            stack.append(level)
            name = (event.attributes.get("id") or "").removeprefix(ID_MARK)
            found.append(Heading(len(stack), name, text_of(events, place)))
    depths = iter(heading.level for heading in found)
    open_heading = ""
    for event in events:
        if isinstance(event, Start) and event.tag in HEADINGS:
            open_heading = f"h{DEPTH_MARKS[next(depths) - 1]}"
            event.tag = open_heading
        elif isinstance(event, End) and event.tag in HEADINGS and open_heading:
            event.tag = open_heading
    return tuple(found)
