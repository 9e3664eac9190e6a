"""A text as the words it is found by: the same for what is stored and what is asked for.

Case, accents and width don't count. Scripts that put no spaces between words are cut into pairs of
characters, so that every part of such a text is found. Two backends get the same words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

LONGEST = 64
"""Characters of a word that count."""

UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3100-\u31bf"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Thai, Lao, Tibetan, Burmese, Khmer, Chinese, Japanese; and Korean with its glued particles."""

MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670"
)
"""Accents and vowel points: they stand within a word and don't count."""

INDIC = "\u0900-\u0963\u0966-\u0dff"
"""Vowel signs here are no letters to Python, but a part of the word."""

RUN = re.compile(
    rf"(?P<pairs>[{UNSPACED}]+)|(?:[^\W_{UNSPACED}]|[{MARKS}{INDIC}])+(?:\+\+|\#(?!\w))?"
)
DROPPED = re.compile(f"[{MARKS}]")
SPELT = (("ß", "ss"), ("æ", "ae"), ("œ", "oe"), ("ø", "o"), ("ł", "l"), ("đ", "d"), ("ı", "i"))
SIGNS = str.maketrans("+#", "＋＃")
"""In `c++` and `c#` the signs belong to the word; the database takes ASCII ones for gaps."""


class Folding(dict[int, str]):
    """One character for one character, so that places in the text stay where they are."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        if 0x2E80 <= code <= 0xD7AF or 0x0E00 <= code <= 0x0FFF or 0x1000 <= code <= 0x17FF:
            plain = letter
        else:
            lowered = unicodedata.normalize("NFKD", letter.lower())
            plain = lowered[0] if lowered else letter
            plain = plain.lower()[0]
        self[code] = plain
        return plain


FOLDING = Folding()


def composed(text: str) -> str:
    """Return a text in one spelling of accented letters; it is what `folded` takes."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def folded(text: str) -> str:
    """Return a composed text of the same length without case and accents."""
    return text.lower() if text.isascii() else text.translate(FOLDING)


def words_of(text: str) -> Iterator[str]:
    """Yield the words of a text in their order; a run without spaces as pairs, then its last."""
    for run in RUN.finditer(folded(composed(text))):
        if run["pairs"] is not None:
            yield from pairs_of(run[0])
            yield run[0][-1]
        elif word := spelt(run[0]):
            yield word


def pairs_of(run: str) -> Iterator[str]:
    """Yield each two neighbours of a run."""
    for place in range(len(run) - 1):
        yield run[place : place + 2]


def spelt(word: str) -> str:
    """Return a folded word as it is stored."""
    if not word.isascii():
        word = DROPPED.sub("", word)
        for letter, letters in SPELT:
            word = word.replace(letter, letters)
    return word[:LONGEST].translate(SIGNS)


def is_word(word: str) -> bool:
    """Whether it is a whole word, not a pair of characters."""
    return not re.match(f"[{UNSPACED}]", word)
