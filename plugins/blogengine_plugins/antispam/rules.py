"""The rules: each looks at a comment and says what it is, and why, or nothing.

A comment is what the plugin `comments` hands to its hooks; the description of `comments_check`
lists its fields.
"""

from __future__ import annotations

import re
from typing import Any

from blogengine.api import fold
from blogengine_plugins.antispam.settings import SpamSettings

Verdict = tuple[str, str]

SPAM, WAITING = "spam", "waiting"
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
"""Japanese and Chinese, which put no spaces between words."""


def judge(comment: Any, settings: SpamSettings) -> Verdict | None:
    """Return the first thing that stands against a comment; the strict rules come first."""
    if comment.trapped:
        return SPAM, "A field that people don't see was filled in."
    word = found_word(comment, settings.words)
    if word:
        return SPAM, f"It has “{word}”, which is on your list."
    if comment.repeats:
        return SPAM, "Its sender has sent the same text today."
    if comment.links > settings.most_links:
        return SPAM, f"It has {comment.links} links." if comment.links > 1 else "It has a link."
    if comment.seconds is not None and comment.seconds < settings.least_seconds:
        seconds = round(comment.seconds)
        unit = "second" if seconds == 1 else "seconds"
        return WAITING, f"It was sent {seconds} {unit} after its form was opened."
    return None


def found_word(comment: Any, words: str) -> str:
    """Return the first of the words (one a line) that stands in a comment; "" for none."""
    texts = (comment.author, comment.email, comment.website, comment.source)
    text = fold("\n".join(texts))
    for line in words.splitlines():
        word = fold(line)
        if word and _stands_in(word, text):
            return line.strip()[:60]
    return ""


def _stands_in(word: str, text: str) -> bool:
    """Whether a word stands in a text by itself: "press" isn't in "depression"."""
    if UNSPACED.search(word):
        return word in text
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None
