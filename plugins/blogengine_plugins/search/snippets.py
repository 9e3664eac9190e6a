"""The passage of a text by which a result is shown, with what was looked for marked."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from blogengine.api import Markup, escape, text_blocks
from blogengine_plugins.search.asked import Asked
from blogengine_plugins.search.stems import STEM
from blogengine_plugins.search.words import (
    MARKS,
    SPELT,
    UNSPACED,
    composed,
    folded,
    is_word,
)

LENGTH = 240
BEFORE = 60
MOST_PASSAGES = 400
MOST_HITS = 40

PROSE = 60
"""Characters from which a paragraph shows more of its post than a heading does."""

LETTER = rf"[^\W_{UNSPACED}]"
EDGE_BEFORE, EDGE_AFTER = f"(?<!{LETTER})", f"(?!{LETTER})"
"""Where a word begins and ends; one of a script without spaces may stand right beside it."""


def passages_of(html: str) -> tuple[str, ...]:
    """Return the texts of the paragraphs of a post."""
    return tuple(composed(block) for block in text_blocks(html)[:MOST_PASSAGES])


def pattern_of(asked: Asked) -> re.Pattern[str] | None:
    """Return what finds the wanted words in folded text."""
    said: list[str] = []
    for part in asked.wanted:
        start = EDGE_BEFORE if is_word(part.words[0]) else ""
        end = EDGE_AFTER if is_word(part.words[-1]) else ""
        if part.beginning:
            end = rf"{LETTER}*" if end else ""
        said.append(start + r"[\W_]*".join(map(_spelt, _joined(part.words))) + end)
        said += [
            rf"{EDGE_BEFORE}{_spelt(stem.removeprefix(STEM))}{LETTER}{{0,4}}{EDGE_AFTER}"
            for stem in part.stems
        ]
    return re.compile("|".join(said)) if said else None


def _joined(words: Sequence[str]) -> list[str]:
    """Return words as they stand in a text: pairs that overlap are one run."""
    found: list[str] = []
    for word in words:
        if found and not is_word(word) and not is_word(found[-1]) and found[-1][-1] == word[0]:
            found[-1] += word[1:]
        else:
            found.append(word)
    return found


def snippet(
    passages: Sequence[str], pattern: re.Pattern[str] | None, passed_over: Collection[int]
) -> Markup:
    """Return the best passage: one with hits, best what only this post says, then prose.

    Where only the title or a tag was hit, it is the first prose that is the post's own.
    """
    best, score = 0, (-1, -1, -1)
    for number, passage in enumerate(passages):
        found = {hit[0] for hit in _hits(pattern, passage)}
        own, prose = number not in passed_over, len(passage) >= PROSE
        rank = (int(own) + 1, len(found), int(prose)) if found else (0, int(prose), int(own))
        if rank > score:
            best, score = number, rank
    return _marked(passages[best], pattern) if passages else Markup("")


def _hits(pattern: re.Pattern[str] | None, passage: str) -> list[re.Match[str]]:
    if pattern is None:
        return []
    found = []
    for hit in pattern.finditer(folded(passage)):
        found.append(hit)
        if len(found) >= MOST_HITS:
            break
    return found


def _marked(passage: str, pattern: re.Pattern[str] | None) -> Markup:
    """Cut a passage around its first hit, at gaps between words, and mark the hits."""
    hits = _hits(pattern, passage)
    start = max(0, hits[0].start() - BEFORE) if hits else 0
    if start:
        gap = passage.find(" ", start, start + BEFORE)
        start = gap + 1 if 0 <= gap < hits[0].start() else start
    end = min(len(passage), start + LENGTH)
    if end < len(passage):
        gap = passage.rfind(" ", start + LENGTH // 2, end)
        end = gap if gap > start else end
    parts = [escape("… ")] if start else []
    done = start
    for hit in hits:
        if hit.start() < done or hit.end() > end or hit.start() == hit.end():
            continue
        parts += [
            escape(passage[done : hit.start()]),
            Markup("<mark>{}</mark>").format(passage[hit.start() : hit.end()]),
        ]
        done = hit.end()
    parts.append(escape(passage[done:end]))
    if end < len(passage):
        parts.append(escape(" …"))
    return Markup("").join(parts)


def _spelt(word: str) -> str:
    """Return a pattern of a stored word as it may stand in folded text."""
    said = re.escape(word.replace("＋", "+").replace("＃", "#"))
    for letter, letters in SPELT:
        if len(letters) > 1:
            said = said.replace(letters, f"(?:{letters}|{letter})")
    if word.isascii():
        return said
    return "".join(f"{letter}[{MARKS}]*" if letter.isalpha() else letter for letter in said)
