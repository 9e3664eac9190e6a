"""Read the text of one block from left to right, once."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from ..characters import (
    ASCII_PUNCTUATION,
    ENTITY,
    decode_entity,
    normalise_address,
    normalise_label,
)
from .bare_links import ADDRESS_START, MAIL_START, read_address, read_mail_address
from .brackets import Bracket, BracketStack
from .emphasis import EmphasisStack, measure_run
from .html import ADDRESS, MAIL_ADDRESS, HtmlFinder
from .targets import LABEL, Target, read_inline_target
from .tokens import (
    Break,
    Code,
    Image,
    LinkClose,
    LinkOpen,
    NoteReference,
    Raw,
    Text,
    Token,
    plain_text,
)

_MARKS = r"[\n\\`*_~\[\]<&]|!\["
_SPECIAL = re.compile(_MARKS)
_SPECIAL_OR_LINK = re.compile(f"{ADDRESS_START}|{MAIL_START}|{_MARKS}")
_TICKS = re.compile(r"`+")
_SPACES = re.compile(r"[ \t]*")
_NOTE = re.compile(r"\[\^([^\s\[\]]{1,200}+)\]")


@dataclass(frozen=True, slots=True)
class Definitions:
    """What the text may refer to, by normalised label."""

    links: Mapping[str, tuple[str, str | None]]
    notes: Mapping[str, object]


class InlineScanner:
    """Turns one text into tokens; made for one text and thrown away."""

    def __init__(self, text: str, definitions: Definitions) -> None:
        self._text = text
        self._definitions = definitions
        self._position = 0
        self._tokens: list[Token] = []
        self._brackets = BracketStack()
        self._emphasis = EmphasisStack()
        self._html = HtmlFinder(text)
        self._ticks: dict[int, list[int]] | None = None

    def scan(self) -> list[Token]:
        """Return the tokens of the text."""
        text, tokens = self._text, self._tokens
        linkable = "://" in text or "@" in text or "www." in text.lower()
        search = (_SPECIAL_OR_LINK if linkable else _SPECIAL).search
        while found := search(text, self._position):
            start = found.start()
            if start > self._position:
                tokens.append(Text(text[self._position : start]))
            self._position = start
            read = self._READERS.get(text[start])
            if len(found[0]) > 2 or read is None:
                self._read_bare_link(found[0])
            else:
                read(self)
        if self._position < len(text):
            tokens.append(Text(text[self._position :]))
        self._emphasis.resolve(None)
        return tokens

    def _literal(self, length: int = 1) -> None:
        """Take the next characters as text."""
        end = self._position + length
        self._tokens.append(Text(self._text[self._position : end]))
        self._position = end

    def _read_bare_link(self, beginning: str) -> None:
        if beginning.endswith("@"):
            link = read_mail_address(self._text, self._position)
        else:
            inside = bool(self._brackets)
            link = read_address(self._text, self._position, in_brackets=inside)
        if link is None:
            # One character only: the rest may hold marks (`foo_bar@`).
            self._read_mark_or_literal()
        else:
            self._tokens.append(link)
            self._position += len(link.text)

    def _read_mark_or_literal(self) -> None:
        read = self._READERS.get(self._text[self._position])
        if read is None:
            self._literal()
        else:
            read(self)

    def _read_line_end(self) -> None:
        hard = False
        last = self._tokens[-1] if self._tokens else None
        if isinstance(last, Text) and last.typed:
            kept = last.text.rstrip(" ")
            hard = len(last.text) - len(kept) >= 2
            last.text = kept
        self._end_line(hard=hard)

    def _end_line(self, *, hard: bool) -> None:
        self._tokens.append(Break(hard))
        spaces = _SPACES.match(self._text, self._position + 1)
        self._position = spaces.end() if spaces else self._position + 1

    def _read_backslash(self) -> None:
        following = self._text[self._position + 1 : self._position + 2]
        if following == "\n":
            self._position += 1
            self._end_line(hard=True)
        elif following in ASCII_PUNCTUATION:
            self._tokens.append(Text(following, typed=False))
            self._position += 2
        else:
            self._literal()

    def _read_ticks(self) -> None:
        run = _TICKS.match(self._text, self._position)
        length = run.end() - run.start() if run else 1
        start = self._position + length
        end = self._closing_ticks(length, start)
        if end is None:
            self._literal(length)
            return
        content = self._text[start:end].replace("\n", " ")
        if content[:1] == content[-1:] == " " and content.strip(" "):
            content = content[1:-1]
        self._tokens.append(Code(content))
        self._position = end + length

    def _closing_ticks(self, length: int, start: int) -> int | None:
        if self._ticks is None:
            self._ticks = {}
            for run in _TICKS.finditer(self._text):
                self._ticks.setdefault(run.end() - run.start(), []).append(run.start())
        starts = self._ticks.get(length, [])
        index = bisect_right(starts, start - 1)
        return starts[index] if index < len(starts) else None

    def _read_angle(self) -> None:
        for pattern, scheme in ((ADDRESS, ""), (MAIL_ADDRESS, "mailto:")):
            if link := pattern.match(self._text, self._position):
                href = normalise_address(scheme + link[1])
                self._tokens += (LinkOpen(href), Text(link[1], typed=False), LinkClose())
                self._brackets.forbid_links_around()
                self._position = link.end()
                return
        end = self._html.end_of_html(self._position)
        if end is None:
            self._literal()
        else:
            self._tokens.append(Raw(self._text[self._position : end]))
            self._position = end

    def _read_entity(self) -> None:
        entity = ENTITY.match(self._text, self._position)
        decoded = decode_entity(entity[0]) if entity else None
        if entity is None or decoded is None:
            self._literal()
        else:
            self._tokens.append(Text(decoded, typed=False))
            self._position = entity.end()

    def _read_run(self) -> None:
        run = measure_run(self._text, self._position)
        self._tokens.append(run)
        self._emphasis.push(run)
        self._position += run.length

    def _open_bracket(self) -> None:
        note = _NOTE.match(self._text, self._position)
        if note and (label := normalise_label(note[1])) in self._definitions.notes:
            self._tokens.append(NoteReference(label))
            self._brackets.forbid_links_around()
            self._position = note.end()
        else:
            self._push_bracket(image=False)

    def _open_image(self) -> None:
        self._push_bracket(image=True)

    def _push_bracket(self, *, image: bool) -> None:
        index = len(self._tokens)
        self._literal(2 if image else 1)
        self._brackets.push(Bracket(index, self._position, image, self._emphasis.top))

    def _close_bracket(self) -> None:
        bracket = self._brackets.pop()
        target = self._target_of(bracket) if bracket else None
        if bracket is None or target is None:
            self._literal()
            return
        self._emphasis.resolve(bracket.floor)
        if bracket.image:
            alt = plain_text(self._tokens[bracket.index + 1 :])
            del self._tokens[bracket.index :]
            self._tokens.append(Image(target.href, target.title, alt))
        else:
            self._tokens[bracket.index] = LinkOpen(target.href, target.title)
            self._tokens.append(LinkClose())
            self._brackets.forbid_links_around()
        self._position = target.end

    def _target_of(self, bracket: Bracket) -> Target | None:
        """Find out what the bracket that ends here points to."""
        after = self._position + 1
        if inline := read_inline_target(self._text, after):
            return inline
        if not self._definitions.links:
            return None
        end, label = after, ""
        explicit = LABEL.match(self._text, after)
        if explicit:
            end, label = explicit.end(), explicit[1]
        if not label and not bracket.has_inner:
            label = self._text[bracket.content : self._position]
        found = self._definitions.links.get(normalise_label(label)) if label else None
        return Target(*found, end) if found else None

    _READERS: ClassVar[dict[str, Callable[[InlineScanner], None]]] = {
        "\n": _read_line_end,
        "\\": _read_backslash,
        "`": _read_ticks,
        "*": _read_run,
        "_": _read_run,
        "~": _read_run,
        "[": _open_bracket,
        "!": _open_image,
        "]": _close_bracket,
        "<": _read_angle,
        "&": _read_entity,
    }
