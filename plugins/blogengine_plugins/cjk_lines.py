"""Join the lines of Chinese and Japanese paragraphs without a space between them."""

from __future__ import annotations

import re

from blogengine.api import Plugin, SourceFilter, hookimpl

plugin = Plugin(summary=__doc__, api=1)

# Kana, ideographs and their punctuation; Korean puts spaces between words.
WIDE = re.compile(
    "[\u2e80-\u303f\u3040-\u30ff\u3100-\u312f\u31a0-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\ufe30-\ufe4f\uff00-\uffef\U0001f200-\U0001f2ff\U00020000-\U0003ffff]"
)
QUOTE = re.compile(r" {0,3}> ?")
MOST_QUOTES = 60
ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])[ \t]+")
FENCE = re.compile(r"`{3,}|~{3,}")
RAW = {"<pre": "</pre>", "<script": "</script>", "<style": "</style>", "<!--": "-->"}
STRUCTURE = ("#", "[^", "[!", ":")
CODE_INDENT = 4


class Lines:
    """Knows, line by line, whether what was read is a paragraph's text.

    Where it isn't sure it says no: a line end that stays does no harm.
    """

    def __init__(self) -> None:
        self.text = False  # is the last line a paragraph's, which a next line may go on with?
        self._quotes = 0
        self._fence = ""
        self._raw = ""  # what ends the html that takes every line
        self._to_blank = False  # html or a table, which a blank line ends
        self._base = 0  # the column where the content of the last list item stands

    def read(self, line: str) -> tuple[bool, str]:
        """Take the next line; return whether it goes on with a paragraph, and its words."""
        quotes, line = self._pass_quotes(line)
        before, self.text = self.text and quotes == self._quotes, False
        if quotes != self._quotes:
            self._fence, self._raw, self._to_blank = "", "", False
            self._quotes, self._base = quotes, 0
        word = line.lstrip(" \t")
        if self._fence or self._raw:
            self._leave(word.rstrip())
        elif not word:
            self._to_blank = False
        elif not self._to_blank and (before or self._may_begin(line, word)):
            self._begin(line, word)
        return before and self.text, word

    def _pass_quotes(self, line: str) -> tuple[int, str]:
        """Pass over the marks of quotes; within code or html, over those of its own quotes."""
        most = self._quotes if self._fence or self._raw or self._to_blank else MOST_QUOTES
        quotes = 0
        while quotes < most and (mark := QUOTE.match(line)):
            line, quotes = line[mark.end() :], quotes + 1
        return quotes, line

    def _leave(self, word: str) -> None:
        if self._raw:
            self._raw = "" if self._raw in word.lower() else self._raw
        elif len(word) >= len(self._fence) and not word.strip(self._fence[0]):
            self._fence = ""

    def _may_begin(self, line: str, word: str) -> bool:
        """Whether a block that isn't indented code may begin with this line."""
        indent = len(line[: len(line) - len(word)].expandtabs(CODE_INDENT))
        if indent < self._base:
            self._base = indent if indent > 1 else 0
        return indent < self._base + CODE_INDENT

    def _begin(self, line: str, word: str) -> None:
        while item := ITEM.match(word):
            word = word[item.end() :]
            self._base = len(line) - len(word)
        if fence := FENCE.match(word):
            self._fence = fence[0]
        elif word.startswith("<"):
            start = next((mark for mark in RAW if word.lower().startswith(mark)), "")
            self._raw = RAW[start] if start and RAW[start] not in word.lower() else ""
            self._to_blank = not self._raw
        elif "|" in word:
            self._to_blank = True
        else:
            self.text = not word.startswith(STRUCTURE)


def join_lines(text: str) -> str:
    """Return the text with the ends of lines gone that stand between two wide signs."""
    if not WIDE.search(text):
        return text
    known = Lines()
    out: list[str] = []
    for line in text.split("\n"):
        goes_on, word = known.read(line)
        if goes_on and _meet(out[-1], word):
            out[-1] += word
        else:
            out.append(line)
    return "\n".join(out)


def _meet(before: str, word: str) -> bool:
    """Whether a line end between these two lines is one that no reader should see as a space."""
    open_code = before.count("`") % 2
    return bool(not open_code and WIDE.match(before[-1:]) and WIDE.match(word[:1]))


@hookimpl
def register_source_filters() -> list[SourceFilter]:
    return [SourceFilter("cjk_lines", join_lines)]
