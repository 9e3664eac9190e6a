"""The words that stand somewhere, and how often: what is near a word that nobody wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection, text

from blogengine.api import Session, delete, func, select, update
from blogengine_plugins.search.models import Word

LEARN = text(
    "INSERT INTO search_word (word, posts) VALUES (:word, :posts) "
    "ON CONFLICT (word) DO UPDATE SET posts = search_word.posts + excluded.posts"
)
LOOKED_AT = 400
"""Words that are compared with a mistyped one."""

MOST_BEGUN = 30
"""Words that stand for a beginning which very many posts hold."""

AT_ONCE = 500


def relearn(
    session: Session,
    *,
    lost: Iterable[Iterable[str]] = (),
    learnt: Iterable[Iterable[str]] = (),
    everything: bool = False,
) -> None:
    """Count words anew that documents gave or took; `everything` empties the vocabulary."""
    if everything:
        session.execute(delete(Word))
    change: Counter[str] = Counter()
    for words in learnt:
        change.update(words)
    for words in lost:
        change.subtract(words)
    more = [{"word": w, "posts": n} for w, n in sorted(change.items()) if n > 0]
    if more:
        session.execute(LEARN, more)
    fewer: dict[int, list[str]] = {}
    for word, number in change.items():
        if number < 0:
            fewer.setdefault(-number, []).append(word)
    for number, words in fewer.items():
        for start in range(0, len(words), AT_ONCE):
            here = Word.word.in_(words[start : start + AT_ONCE])
            session.execute(update(Word).where(here).values(posts=Word.posts - number))
            session.execute(delete(Word).where(here, Word.posts <= 0))


def known(connection: Connection, words: Iterable[str]) -> set[str]:
    """Return those of the words that stand somewhere."""
    query = select(Word.word).where(Word.word.in_([*words]))
    return set(connection.execute(query).scalars())


def beginning(connection: Connection, start: str) -> list[tuple[str, int]]:
    """Return the most frequent words that begin so, each with its number of posts."""
    after = start[:-1] + chr(ord(start[-1]) + 1)
    query = select(Word.word, Word.posts).where(Word.word >= start, Word.word < after)
    query = query.order_by(Word.posts.desc(), Word.word).limit(MOST_BEGUN)
    return [(word, posts) for word, posts in connection.execute(query)]


def nearest(connection: Connection, word: str) -> str:
    """Return the word that is nearest to one that stands nowhere, or ""."""
    if len(word) < 3 or not word.isalpha():
        return ""
    most = 1 if len(word) < 6 else 2
    found: list[tuple[int, int, str]] = []
    for start in dict.fromkeys((word[:2], word[1] + word[0], word[1:3], word[0])):
        query = (
            select(Word.word, Word.posts)
            .where(Word.word >= start, Word.word < start[:-1] + chr(ord(start[-1]) + 1))
            .where(func.length(Word.word).between(len(word) - most, len(word) + most))
            .order_by(Word.posts.desc(), Word.word)
            .limit(LOOKED_AT)
        )
        for other, posts in connection.execute(query):
            if (apart := distance(word, other, most)) <= most:
                found.append((apart, -posts, other))
        if found:
            break
    return min(found)[2] if found else ""


def distance(one: str, other: str, most: int) -> int:
    """Return how many letters are other, missing, too many or swapped; any number above `most`."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [i]
        for j, beside in enumerate(other, start=1):
            least = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != beside))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == beside:
                least = min(least, earlier[j - 2] + 1)
            row.append(least)
        if min(row) > most:
            return most + 1
    return row[-1]
