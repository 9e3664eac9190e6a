"""Formulas: which MathML may stand in a text, and that nothing else stands within it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from blogengine.rendering.events import End, Event, Start, Text

TAGS = frozenset(
    (
        "math merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow "
        "ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none"
    ).split()
)
"""What shows something and does nothing: no links, no actions, no html or images within."""

_LENGTH = re.compile(r"-?[0-9]{0,2}(\.[0-9]{1,4})?(em|ex|pt|px|mu)")
_YES_NO = re.compile(r"true|false")
FORMS = {
    "display": re.compile(r"block|inline"),
    "mathvariant": re.compile(r"normal"),
    "form": re.compile(r"prefix|infix|postfix"),
    "lspace": _LENGTH,
    "rspace": _LENGTH,
    "width": re.compile(rf"[0-9]{{1,5}}|{_LENGTH.pattern}"),
    "minsize": _LENGTH,
    "maxsize": _LENGTH,
    "linethickness": re.compile(rf"0|{_LENGTH.pattern}"),
    "scriptlevel": re.compile(r"[+-]?[0-3]"),
    **dict.fromkeys(
        "accent accentunder displaystyle fence largeop movablelimits separator stretchy "
        "symmetric".split(),
        _YES_NO,
    ),
}
"""Values that these attributes must have whole."""

_OPERATOR = set("fence form largeop lspace maxsize minsize movablelimits rspace separator".split())
ATTRIBUTES = {
    "math": {"display", "alttext", "displaystyle"},
    "mfrac": {"linethickness"},
    "mi": {"mathvariant"},
    "mo": _OPERATOR | {"stretchy", "symmetric"},
    "mover": {"accent"},
    "mspace": {"width"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mtable": {"displaystyle"},
    "mtd": {"colspan", "rowspan"},
    "munder": {"accentunder"},
    "munderover": {"accent", "accentunder"},
}

IN_LINE = frozenset(
    (
        "a abbr b bdi bdo caption cite code del dfn dt em h1 h2 h3 h4 h5 h6 i ins kbd mark p pre q "
        "rp rt s samp small span strong sub summary sup u var"
    ).split()
)
"""Where no box may stand."""

SCROLL_BOX = {
    "class": "math-scroll",
    "tabindex": "0",
    "role": "group",
    "aria-label": "Formula",
}


def settled_formulas(events: Sequence[Event]) -> list[Event]:
    """Keep only MathML and text inside of formulas, and MathML only there.

    A formula that stands apart gets a box that scrolls alone and that the keyboard reaches.
    """
    if not any(isinstance(event, Start) and event.tag in TAGS for event in events):
        return list(events)
    settling = _Settling()
    return [kept for event in events for kept in settling.of(event)]


class _Settling:
    """Goes through the events of a text and knows whether it is in a formula."""

    def __init__(self) -> None:
        self._still_open: list[str] = []
        self._boxed = False
        self._lines = 0

    def of(self, event: Event) -> Iterator[Event]:
        """Yield what stands in the place of an event."""
        if self._still_open:
            yield from self._inside(event)
        elif isinstance(event, Start) and event.tag == "math":
            yield from self._begin(event)
        elif not (isinstance(event, Start | End) and event.tag in TAGS):
            if isinstance(event, Start | End) and event.tag in IN_LINE:
                self._lines += 1 if isinstance(event, Start) else -1
            yield event

    def _begin(self, formula: Start) -> Iterator[Event]:
        self._boxed = formula.attributes.get("display") == "block" and self._lines == 0
        self._still_open.append(formula.tag)
        if self._boxed:
            yield Start("div", dict(SCROLL_BOX))
        yield formula

    def _inside(self, event: Event) -> Iterator[Event]:
        if isinstance(event, Text):
            yield event
        elif isinstance(event, Start) and event.tag in TAGS and event.tag != "math":
            self._still_open.append(event.tag)
            yield event
        elif isinstance(event, End) and event.tag in self._still_open:
            while (tag := self._still_open.pop()) != event.tag:
                yield End(tag)
            yield event
            if not self._still_open and self._boxed:
                yield End("div")
