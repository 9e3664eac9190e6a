"""What a post is about, read from its title, tags and text alone.

A text is cut into blocks (paragraphs, headings, list items). A block that stands in another post
too says nothing of what either is about, so its words don't count: a blog's standing phrases and
footers never make two posts related.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from html import unescape

from blogengine.api import Post, fold
from blogengine_plugins.related.stopwords import STOPWORDS

TAG_BASE, WORD_BASE, BLOCK_BASE = 16_000, 1_000, 0
"""What sharing a feature says when just two posts have it."""

IN_TITLE, IN_TEXT, IN_BLOCK = 3, 1, 0
"""How strongly a post holds a feature; two posts' strengths are multiplied."""

RAREST = {TAG_BASE: 32, WORD_BASE: 12, BLOCK_BASE: 0}
"""Posts that may hold a feature before it says nothing; what a save costs follows from these."""

MOST_BLOCKS, MOST_WORDS, MOST_TITLE_WORDS, MOST_TERMS = 200, 48, 12, 12
SHORTEST_WORD = 4
MOST_REPEATS = 3

INLINE = frozenset(
    "a abbr b bdi bdo cite code del dfn em i img ins kbd mark q rp rt ruby s samp small span "
    "strong sub sup time u var wbr".split()
)
MARKUP = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>")
BREAK = "\0"
WORD = re.compile(r"[^\W_]+")
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")
"""Japanese and Chinese, which put no spaces between words: pairs of characters stand in."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What one post offers: keys of its terms and title words, and its blocks by their keys."""

    terms: frozenset[int]
    title: frozenset[str]
    blocks: Mapping[int, str]


def subject_of(post: Post) -> Subject:
    """Read a post. The numbers of blocks, words and terms are bounded, however long it is."""
    blocks = blocks_of(str(post.html))[:MOST_BLOCKS]
    return Subject(
        terms=frozenset(key("term", str(term.id)) for term in post.terms[:MOST_TERMS]),
        title=frozenset(list(dict.fromkeys(words_of(fold(post.title))))[:MOST_TITLE_WORDS]),
        blocks={key("block", block): block for block in blocks},
    )


def blocks_of(html: str) -> list[str]:
    """Return the folded texts of a post's blocks, in order."""

    def boundary(tag: re.Match[str]) -> str:
        return "" if tag[1].lower() in INLINE else BREAK

    pieces = MARKUP.sub(boundary, html).split(BREAK)
    return [block for block in (fold(unescape(piece)) for piece in pieces) if block]


def words_of(text: str) -> list[str]:
    """Return the words of a folded text that may say something."""
    found = []
    for word in WORD.findall(text):
        if UNSPACED.fullmatch(word):
            found += [word[place : place + 2] for place in range(len(word) - 1)]
        elif len(word) >= SHORTEST_WORD and word not in STOPWORDS and not word.isdigit():
            found.append(word)
    return found


def held(subject: Subject, shared: Container[int]) -> dict[int, tuple[int, int]]:
    """Return base and strength by feature; blocks of `shared` stand in other posts too."""
    counts = Counter(
        word
        for number, block in subject.blocks.items()
        if number not in shared
        for word in words_of(block)
    )
    telling = sorted(counts, key=lambda word: (-_weightiness(word, counts[word]), word))
    features = {key("word", word): (WORD_BASE, IN_TEXT) for word in telling[:MOST_WORDS]}
    features |= {key("word", word): (WORD_BASE, IN_TITLE) for word in subject.title}
    return features | dict.fromkeys(subject.terms, (TAG_BASE, IN_TEXT))


def _weightiness(word: str, times: int) -> int:
    """Rank a post's words without knowing other posts: long words are rare in every language."""
    return len(word) * min(times, MOST_REPEATS)


def weigh(base: int, posts: int) -> int:
    """Return what sharing a feature says that so many posts hold: whole numbers, no rounding."""
    if not 2 <= posts <= RAREST[base]:
        return 0
    return math.floor(base / math.log2(posts))


def key(kind: str, text: str) -> int:
    """Return the number that stands for a feature in the tables: 64 bits, signed."""
    digest = blake2b(f"{kind} {text}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
