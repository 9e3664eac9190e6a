"""How long a text is, in words, whatever its script."""

from __future__ import annotations

import re

HANS = re.compile(
    "[\u3040-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)
"""Chinese and Japanese signs; Korean puts spaces between its words."""

ABUGIDAS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Thai, Lao, Burmese and Khmer, which put spaces between sentences only."""

WIDE_PUNCTUATION = re.compile("[\u3000-\u303f\uff01-\uff65]")
SIGNS_A_WORD = 2
LETTERS_A_WORD = 5


def count_words(text: str) -> int:
    """Return the number of words; where words aren't set apart, signs stand in for them.

    Two signs of Chinese or Japanese, or five of Thai and its neighbours, count as one word: they
    take a reader about as long as one of English.
    """
    if text.isascii():
        return len(text.split())
    signs = len(HANS.findall(text))
    letters = len(ABUGIDAS.findall(text))
    if signs or letters:
        text = ABUGIDAS.sub(" ", WIDE_PUNCTUATION.sub(" ", HANS.sub(" ", text)))
    return len(text.split()) + -(-signs // SIGNS_A_WORD) + -(-letters // LETTERS_A_WORD)
