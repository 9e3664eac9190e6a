"""The table of contents of one text, where the writer wants it.

An empty `<div class="toc">`, which a Markdown extension makes, becomes a list of links to the
text's headings: only here are their ids known. `toc-depth-2` shows two levels, without it three.
In lists it isn't shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from blogengine.rendering.events import End, Event, Start, Text
from blogengine.rendering.placement import ALONE_ENDS, ALONE_STARTS, ID_MARK
from blogengine.values import Heading

PLACE = "toc"
NAV = {"class": "toc", "aria-label": "Contents"}
DEPTH = re.compile(r"\btoc-depth-([1-6])\b")
USUAL_DEPTH = 3
MOST_ENTRIES = 500


def with_contents(events: Sequence[Event], headings: Sequence[Heading]) -> list[Event]:
    """Fill the first empty place for a table of contents; others go, and all without headings."""
    out: list[Event] = []
    filled = False
    ends = 0
    for place, event in enumerate(events):
        if ends:
            ends -= 1
            continue
        depth = _place(events, place)
        if depth and isinstance(event, Start):
            if not filled:
                filled = True
                out += _list(event, [h for h in headings if h.level <= depth][:MOST_ENTRIES])
            ends = 1
        else:
            out.append(event)
    return out


def mark_contents(html: str) -> str:
    """Mark where a table of contents begins and ends, so that lists can leave it out."""
    if "<nav" not in html:
        return html
    return html.replace("<nav", f"{ALONE_STARTS}<nav").replace("</nav>", f"</nav>{ALONE_ENDS}")


def _place(events: Sequence[Event], place: int) -> int:
    """Return how many levels are wanted here; 0 where no table of contents is."""
    event = events[place]
    if not isinstance(event, Start) or event.tag != "div":
        return 0
    classes = event.attributes.get("class") or ""
    if PLACE not in classes.split():
        return 0
    following = events[place + 1] if place + 1 < len(events) else None
    if not (isinstance(following, End) and following.tag == "div"):
        return 0
    depth = DEPTH.search(classes)
    return int(depth[1]) if depth else USUAL_DEPTH


def _list(start: Start, headings: Sequence[Heading]) -> list[Event]:
    if not headings:
        return []
    own = {"id": start.attributes["id"]} if "id" in start.attributes else {}
    out: list[Event] = [Start("nav", {**NAV, **own})]
    level = 0
    for heading in headings:
        if heading.level > level:
            out.append(Start("ul"))  # levels have no gaps, so it is one deeper at most
            level += 1
        else:
            out.append(End("li"))
            for _ in range(level - heading.level):
                out += [End("ul"), End("li")]
            level = heading.level
        link = Start("a", {"href": f"#{ID_MARK}{heading.id}"})
        out += [Start("li"), link, Text(heading.text or heading.id), End("a")]
    for _ in range(level):
        out += [End("li"), End("ul")]
    return [*out, End("nav")]
