"""One page of results: found, read once more as everybody may read them, and shown by a passage."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from blogengine.api import Markup, Post, Site, SiteSettings, select
from blogengine_plugins.search import vocabulary
from blogengine_plugins.search.asked import RANKED, Asked, Part, read
from blogengine_plugins.search.backends import foreign_backend, own_backend
from blogengine_plugins.search.documents import ids_of
from blogengine_plugins.search.indexing import LANGUAGES
from blogengine_plugins.search.models import State
from blogengine_plugins.search.snippets import passages_of, pattern_of, snippet
from blogengine_plugins.search.stems import base_language
from blogengine_plugins.search.words import is_word


@dataclass(frozen=True, slots=True)
class Result:
    """A post that was found, and the passage that shows it."""

    post: Post
    snippet: Markup


@dataclass(frozen=True, slots=True)
class Results:
    """A page of results. `total` stops counting above `RANKED`; then the newest come first.

    `instead` is another search to try where nothing was found.
    """

    asked: Asked
    results: tuple[Result, ...] = ()
    total: int = 0
    instead: str = ""

    @property
    def many(self) -> bool:
        """Whether there are more than were counted."""
        return self.total > RANKED


def find(site: Site, typed: str, *, limit: int, offset: int = 0) -> Results:
    """Search for what was typed. Whatever it is, the answer is results, perhaps none."""
    asked = read(typed, _languages(site))
    if not asked:
        return Results(asked)
    asked = replace(asked, wanted=tuple(_spelt_out(site, part) for part in asked.wanted))
    posts, total = find_posts(site, asked, limit=limit, offset=offset)
    if not total:
        return Results(asked, instead=_instead(site, asked))
    pattern = pattern_of(asked)
    passages = {post.id: passages_of(str(post.html)) for post in posts}
    over = _passed_over(site, passages)
    results = (
        Result(post, snippet(passages[post.id], pattern, over.get(post.id, ()))) for post in posts
    )
    return Results(asked, tuple(results), total)


def find_posts(
    site: Site, asked: Asked, *, limit: int, offset: int = 0
) -> tuple[tuple[Post, ...], int]:
    """Return the posts of one page, and how many there are in all."""
    backend = foreign_backend(site) or own_backend(site)
    places, total = backend.find(site.db.reading(), asked, limit=limit, offset=offset)
    return site.posts.by_ids(ids_of(places)), total


def _spelt_out(site: Site, part: Part) -> Part:
    """Return the words themselves for a beginning that very many posts hold.

    A database puts all places of such words together before it tells the first; single words it
    tells one after the other, and only the newest are wanted of so many.
    """
    if not part.beginning or len(part.words) > 1 or not is_word(part.words[0]):
        return part
    words = vocabulary.beginning(site.db.reading(), part.words[0])
    if sum(posts for _, posts in words) <= RANKED:
        return part
    first, *others = (word for word, _ in words)
    return Part((first,), stems=tuple(others))


def _languages(site: Site) -> set[str]:
    """Return the languages by whose rules words are stored."""
    query = select(State.value).where(State.name == LANGUAGES)
    stored = site.db.reading().execute(query).scalar() or ""
    own = base_language(site.settings(SiteSettings).language)
    return {*stored.split(), *([own] if own else [])}


def _passed_over(
    site: Site, passages: Mapping[int, Sequence[str]]
) -> Mapping[int, Collection[int]]:
    found: dict[int, set[int]] = {}
    for answer in site.hooks.search_pass_over(passages=passages):
        for number, places in answer.items():
            found.setdefault(number, set()).update(places)
    return found


def _instead(site: Site, asked: Asked) -> str:
    """Return the search with its unknown words replaced by near ones; "" where that is nothing."""
    connection = site.db.reading()
    words = list(dict.fromkeys(asked.words))
    there = vocabulary.known(connection, words)
    near = {word: vocabulary.nearest(connection, word) for word in words[:4] if word not in there}
    if not any(near.values()):
        return ""
    tried = " ".join(near.get(word) or word for word in words)
    posts, _ = find_posts(site, read(tried), limit=1)
    if posts:
        return tried
    alone = [word for word in near.values() if word]
    return alone[0] if alone else ""
