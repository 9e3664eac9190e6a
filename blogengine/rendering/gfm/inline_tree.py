"""Turn the tokens of one text into elements."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from xml.etree.ElementTree import Element

from markdown.util import AtomicString

from .inlines.tokens import (
    BareLink,
    Break,
    Code,
    Image,
    LinkClose,
    LinkOpen,
    NoteReference,
    Raw,
    Run,
    Text,
    Token,
)
from .text import literal

# Emphasis nested more deeply is shown as the marks it was typed with.
_DEEPEST = 100
_TYPED_LINK = re.compile(r"<(/?)a[\s/>]", re.IGNORECASE)
_MARK_LENGTHS = {"em": 1, "strong": 2}


class InlineTree:
    """Collects elements below `root`; `stash` keeps html, `refer` makes footnote references."""

    def __init__(
        self, root: Element, *, stash: Callable[[str], str], refer: Callable[[str], Element]
    ) -> None:
        self._stash = stash
        self._refer = refer
        self._stack = [root]
        self._links = 0
        # Marks that were opened beyond the limit, innermost last.
        self._flat: list[str] = []
        self._pieces: list[str] = []
        self._settled: list[str] = []

    def add(self, tokens: Iterable[Token]) -> None:
        """Add all tokens."""
        for token in tokens:
            self._add(token)
        self._flush()

    def _add(self, token: Token) -> None:
        match token:
            case Text(text=text):
                self._pieces.append(text)
            case Run():
                self._add_run(token)
            case Break(hard=hard):
                if hard:
                    self._append(Element("br"))
                self._pieces.append("\n")
            case Code(text=text):
                code = Element("code")
                code.text = AtomicString(literal(text))
                self._append(code)
            case Raw(html=html):
                self._note_typed_link(html)
                self._settle()
                self._settled.append(self._stash(html))
            case LinkOpen(href=href, title=title):
                self._open(_with_title(Element("a", {"href": literal(href)}), title))
                self._links += 1
            case LinkClose():
                self._close()
                self._links -= 1
            case Image(src=src, title=title, alt=alt):
                image = Element("img", {"src": literal(src), "alt": literal(alt)})
                self._append(_with_title(image, title))
            case BareLink(href=href, text=text):
                self._add_bare_link(href, text)
            case NoteReference(label=label):
                self._append(self._refer(label))

    def _note_typed_link(self, html: str) -> None:
        if match := _TYPED_LINK.match(html):
            self._links = max(0, self._links + (-1 if match[1] else 1))

    def _add_bare_link(self, href: str, text: str) -> None:
        if self._links:
            self._pieces.append(text)
        else:
            link = Element("a", {"href": literal(href)})
            link.text = AtomicString(literal(text))
            self._append(link)

    def _add_run(self, run: Run) -> None:
        for _ in run.closes:
            if self._flat:
                self._pieces.append(self._flat.pop())
            else:
                self._close()
        self._pieces.append(run.mark * run.left)
        for tag in reversed(run.opens):
            if len(self._stack) > _DEEPEST or self._flat:
                length = _MARK_LENGTHS.get(tag, run.length)
                self._flat.append(run.mark * length)
                self._pieces.append(run.mark * length)
            else:
                self._open(Element(tag))

    def _append(self, element: Element) -> None:
        self._flush()
        self._stack[-1].append(element)

    def _open(self, element: Element) -> None:
        self._append(element)
        self._stack.append(element)

    def _close(self) -> None:
        self._flush()
        self._stack.pop()

    def _settle(self) -> None:
        # Joined first: what looks like an entity may be made of two pieces.
        self._settled.append(literal("".join(self._pieces)))
        self._pieces.clear()

    def _flush(self) -> None:
        """Move the collected text into the tree."""
        self._settle()
        text = "".join(self._settled)
        self._settled.clear()
        if not text:
            return
        parent = self._stack[-1]
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + text
        else:
            parent.text = (parent.text or "") + text


def _with_title(element: Element, title: str | None) -> Element:
    if title is not None:
        element.set("title", literal(title))
    return element
