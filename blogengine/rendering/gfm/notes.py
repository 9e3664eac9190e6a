"""Footnotes: their numbers, their ids and the section at the end."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement

_MOST_WAYS_BACK = 20
_NOT_IN_ID = re.compile(r"[^\w-]+")


@dataclass(slots=True)
class Note:
    """One footnote; `number` is 0 as long as nothing refers to it."""

    name: str
    body: Element
    number: int = 0
    references: list[str] = field(default_factory=list)


class Notes:
    """The footnotes of one text, by normalised label."""

    def __init__(self) -> None:
        self.by_label: dict[str, Note] = {}
        self.in_order: list[Note] = []
        self._ids: set[str] = set()
        self._next: dict[str, int] = {}

    def clear(self) -> None:
        """Forget everything, for the next text."""
        self.__init__()  # type: ignore[misc]

    def define(self, label: str, body: Element) -> None:
        """Add a footnote; the first definition of a label counts."""
        if label not in self.by_label:
            name = _NOT_IN_ID.sub("-", label).strip("-") or "note"
            self.by_label[label] = Note(self._free("fn-" + name)[3:], body)

    def refer(self, label: str) -> Element:
        """Return a new reference to a footnote."""
        note = self.by_label[label]
        if not note.number:
            self.in_order.append(note)
            note.number = len(self.in_order)
        own_id = self._free("fnref-" + note.name)
        note.references.append(own_id)
        sup = Element("sup", {"class": "footnote-ref"})
        link = SubElement(sup, "a", {"href": f"#fn-{note.name}", "id": own_id})
        link.set("role", "doc-noteref")
        link.text = str(note.number)
        return sup

    def _free(self, wanted: str) -> str:
        """Return `wanted`, or with the next free number after it."""
        name = wanted
        while name in self._ids:
            number = self._next.get(wanted, 1) + 1
            self._next[wanted] = number
            name = f"{wanted}-{number}"
        self._ids.add(name)
        return name


def add_section(root: Element) -> Element:
    """Add the section for footnotes and return the list in it."""
    section = SubElement(root, "section", {"class": "footnotes", "role": "doc-endnotes"})
    section.tail = "\n"
    return SubElement(section, "ol")


def add_item(section: Element, note: Note) -> Element:
    """Add the footnote's text to the section."""
    item = SubElement(section, "li", {"id": f"fn-{note.name}"})
    item.text = note.body.text
    item.extend(note.body)
    item.tail = "\n"
    return item


def add_ways_back(item: Element, note: Note) -> None:
    """Add a link to each reference; to be called when no further reference can come."""
    last = item[-1] if len(item) else None
    place = last if last is not None and last.tag == "p" else SubElement(item, "p")
    for position, reference in enumerate(note.references[:_MOST_WAYS_BACK], 1):
        link = Element("a", {"href": f"#{reference}", "class": "footnote-backref"})
        link.set("role", "doc-backlink")
        link.text = "↩"
        if position == 1:
            link.set("aria-label", "Back to the text")
        else:
            link.set("aria-label", f"Back to the text, place {position}")
            SubElement(link, "sup").text = str(position)
        _append_after_space(place, link)


def _append_after_space(place: Element, link: Element) -> None:
    if len(place):
        place[-1].tail = (place[-1].tail or "") + " "
    elif place.text:
        place.text += " "
    place.append(link)
