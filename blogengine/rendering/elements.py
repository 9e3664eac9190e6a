"""Single elements made valid: obsolete ones replaced, images and boxes completed."""

from __future__ import annotations

from blogengine.rendering.addresses import valid_address
from blogengine.rendering.events import Event, Start, Text
from blogengine.rendering.frames import link_instead

RENAMED = {"strike": "s", "tt": "code", "center": "div"}
ADDRESSES = ("href", "src", "cite", "poster")
BOOLEAN = ("controls", "loop", "muted", "open", "checked", "disabled", "reversed")


def mended(start: Start, *, frames: bool = False) -> list[Event]:
    """Return what stands in the place of a start tag: mostly itself, made valid.

    With `frames`, frames are left for `frames.settled` to judge.
    """
    _mend_addresses(start)
    if start.tag == "iframe" and not frames:
        return link_instead(start.attributes.get("src"))
    if start.tag == "img" and "src" not in start.attributes:
        return [Text(start.attributes.get("alt") or "")]
    if start.tag == "input" and start.attributes.get("type") != "checkbox":
        return []
    _complete(start)
    _align_by_class(start)
    for name in BOOLEAN:
        if name in start.attributes:
            start.attributes[name] = None
    start.tag = RENAMED.get(start.tag, start.tag)
    return [start]


def _mend_addresses(start: Start) -> None:
    for name in ADDRESSES:
        address = start.attributes.get(name)
        if address is None:
            start.attributes.pop(name, None)
            continue
        valid = valid_address(address)
        if valid is None or (name != "href" and not valid):
            del start.attributes[name]
        else:
            start.attributes[name] = valid


def _complete(start: Start) -> None:
    """Add what an element must have: a text for pictures, a name for boxes, controls."""
    attributes = start.attributes
    if start.tag == "img":
        attributes["alt"] = attributes.get("alt") or ""
    elif start.tag == "input":
        attributes["disabled"] = None
        attributes.setdefault("aria-label", "Done" if "checked" in attributes else "To do")
    elif start.tag in ("audio", "video"):
        attributes["controls"] = None


def _align_by_class(start: Start) -> None:
    """Turn the obsolete `align` into a class: the policy of the page forbids inline styles."""
    align = start.attributes.pop("align", None)
    if start.tag == "center":
        align = "center"
    names = [*(start.attributes.pop("class", None) or "").split()]
    if align:
        names.append(f"align-{align.lower()}")
    if names:
        start.attributes["class"] = " ".join(names)
