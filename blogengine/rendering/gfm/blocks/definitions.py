"""Link definitions: `[label]: address "title"` at the begin of a paragraph."""

from __future__ import annotations

import re
from collections.abc import MutableMapping

from ..characters import normalise_label
from ..inlines.targets import LABEL, read_destination, read_title, skip_space

LinkDefinitions = MutableMapping[str, tuple[str, str | None]]

_LINE_END = re.compile(r"[ \t]*(?:\n|\Z)")


def take_definitions(lines: list[str], links: LinkDefinitions) -> list[str]:
    """Enter the definitions at the begin of `lines` into `links` and return the other lines."""
    text = "\n".join(lines)
    position = 0
    while text.startswith("[", position):
        end = _read_definition(text, position, links)
        if end is None:
            break
        position = end
    if not position:
        return lines
    rest = text[position:]
    return rest.split("\n") if rest.strip() else []


def _read_definition(text: str, start: int, links: LinkDefinitions) -> int | None:
    match = LABEL.match(text, start)
    if match is None or not text.startswith(":", match.end()):
        return None
    label = normalise_label(match[1])
    begin = skip_space(text, match.end() + 1)
    destination = read_destination(text, begin)
    if not label or destination is None or destination[1] == begin:
        return None
    href, end = destination
    finished = _LINE_END.match(text, end)
    title: str | None = None
    after = skip_space(text, end)
    if after > end and (found := read_title(text, after)):
        closed = _LINE_END.match(text, found[1])
        if closed:
            title, finished = found[0], closed
    if finished is None:
        return None
    links.setdefault(label, (href, title))
    return finished.end()
