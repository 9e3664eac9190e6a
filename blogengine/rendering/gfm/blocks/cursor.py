"""A place in one line, in characters and in columns: a tab reaches to the next fourth column."""

from __future__ import annotations

import re

_TAB_STOP = 4
_CODE_INDENT = 4
_WHITESPACE = re.compile(r"[ \t]*")


class Cursor:
    """Walks through one line; `word` is where the next character that isn't a space stands."""

    __slots__ = (
        "_column",
        "_rest_of_tab",
        "_word_column",
        "blank",
        "indent",
        "offset",
        "text",
        "word",
    )

    def __init__(self, text: str) -> None:
        self.text = text
        self.offset = 0
        self._column = 0
        # Columns of the tab at `offset` that are still to be passed over, when it was split.
        self._rest_of_tab = 0
        self._look()

    @property
    def indented(self) -> bool:
        """True where a block of indented code could begin."""
        return self.indent >= _CODE_INDENT

    def _look(self) -> None:
        text, offset = self.text, self.offset
        self.word = offset
        self.blank = offset == len(text)
        self._word_column = self._column
        if not self.blank and text[offset] in " \t":
            match = _WHITESPACE.match(text, offset)
            self.word = match.end() if match else offset
            self.blank = self.word == len(text)
            self._word_column = self._column_after(text[offset : self.word])
        self.indent = self._word_column - self._column

    def _column_after(self, space: str) -> int:
        if "\t" not in space:
            return self._column + len(space)
        column = self._column + self._rest_of_tab
        for character in space[1:] if self._rest_of_tab else space:
            column += _TAB_STOP - column % _TAB_STOP if character == "\t" else 1
        return column

    def to_word(self) -> None:
        """Pass over the whitespace."""
        self.offset, self._column, self._rest_of_tab = self.word, self._word_column, 0
        self.indent = 0

    def pass_characters(self, count: int) -> None:
        """Pass over characters that aren't tabs."""
        self.offset += count
        self._column += count
        self._rest_of_tab = 0
        self._look()

    def pass_columns(self, count: int) -> None:
        """Pass over at most `count` columns of whitespace, in the middle of a tab if need be."""
        target = self._column + min(count, self.indent)
        while self._column < target:
            if self.text[self.offset] != "\t":
                self.offset += 1
                self._column += 1
                continue
            width = self._rest_of_tab or _TAB_STOP - self._column % _TAB_STOP
            step = min(width, target - self._column)
            self._column += step
            self._rest_of_tab = width - step
            if not self._rest_of_tab:
                self.offset += 1
        self._look()

    def rest(self) -> str:
        """Return what is left of the line; a split tab counts as the spaces that are left of it."""
        if self._rest_of_tab:
            return " " * self._rest_of_tab + self.text[self.offset + 1 :]
        return self.text[self.offset :]

    def words(self) -> str:
        """Return what is left of the line, without the whitespace before it."""
        return self.text[self.word :]
