"""What the index holds of one post."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import islice

from blogengine.api import Post, Site, SiteSettings
from blogengine_plugins.search.stems import base_language, stems_of
from blogengine_plugins.search.words import is_word, words_of

MOST_WORDS = 20_000
"""Words of one text that are found; a save never waits for more."""

MOST_LEARNT = 400
"""Words of one text that are suggested to who mistypes them."""

FORMAT = 1
"""Raised whenever a post's words become others, so that the index is made anew."""

GAP = "·"
"""Stands between two labels, so that no phrase goes across them."""

ID_BITS = 26
FURTHEST = 2**36


@dataclass(frozen=True, slots=True)
class Document:
    """One post's words. `place` orders posts: the newer has the greater one.

    `title`, `labels` (tags and authors) and `body` are words in their order, `learnt` those to
    suggest. `language` is what the stems in `body` were made by; `stamp` stands for all of it.
    """

    post_id: int
    place: int
    kind: str
    title: tuple[str, ...]
    labels: tuple[str, ...]
    body: tuple[str, ...]
    learnt: frozenset[str]
    language: str
    stamp: str


def document_of(site: Site, post: Post) -> Document:
    """Read a post as everybody may read it; its text must be filled."""
    title = tuple(words_of(post.title))
    labels: list[str] = []
    for name in (*(t.name for t in post.terms), *(a.name for a in post.authors)):
        labels += [*words_of(name), GAP]
    body = list(islice(words_of(post.text), MOST_WORDS))
    language = base_language(post.language or site.settings(SiteSettings).language)
    words = dict.fromkeys((*title, *labels, *body))
    learnt = frozenset(islice((word for word in words if _telling(word)), MOST_LEARNT))
    body += stems_of((word for word in words if is_word(word)), language)
    place = place_of(post.id, post.published_at or post.created_at)
    said = repr((FORMAT, place, post.kind, title, labels, body))
    stamp = blake2b(said.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
    return Document(
        post.id, place, post.kind, title, tuple(labels), tuple(body), learnt, language, stamp
    )


def place_of(post_id: int, moment: datetime) -> int:
    """Return a number that is greater for the newer post, and for the greater id at one second."""
    seconds = int((moment - datetime.fromtimestamp(0, UTC)).total_seconds())
    return (min(max(seconds, -FURTHEST), FURTHEST) << ID_BITS) + post_id


def ids_of(places: Iterable[int]) -> list[int]:
    """Return the posts that stand at these places."""
    return [place & (2**ID_BITS - 1) for place in places]


def _telling(word: str) -> bool:
    return len(word) > 3 and word.isalpha() and is_word(word)
