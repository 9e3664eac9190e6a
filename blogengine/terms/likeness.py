"""Which tags may be one: found through keys they share, never by comparing each with each."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from sqlalchemy import BigInteger, Connection, cast, func, select

from blogengine.models import PostTermRow, TermRow
from blogengine.queries.tagging import entries, portions
from blogengine.tagged import Alike, TagEntry
from blogengine.taxonomies import Taxonomy

SHORTEST = 5
"""Letters a name must have for one wrong letter to mean nothing."""

FEWEST = 3
"""Posts that two tags must share for the same posts to mean something."""

ENDINGS = (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x"), ("s", ""))
MOST_GROUPS = 500


def find_alike(connection: Connection, taxonomy: Taxonomy) -> tuple[Alike, ...]:
    """Return groups of tags that may be one, each group for the strongest reason there is."""
    query = select(TermRow.id, TermRow.folded).where(TermRow.taxonomy == taxonomy.name)
    names = {row.id: row.folded for row in connection.execute(query)}
    groups: dict[frozenset[int], str] = {}
    known: set[frozenset[int]] = set()
    for reason, found in (
        ("letters", _sharing(names, lambda name: [_letters(name)])),
        ("plural", _sharing(names, lambda name: [_singular(name)])),
        ("spelling", _spelled(names)),
        ("posts", _same_posts(connection, names)),
    ):
        for group in found:
            pairs = {frozenset((a, b)) for a in group for b in group if a != b}
            if not pairs <= known:
                groups.setdefault(group, reason)
                known |= pairs
    chosen = list(groups.items())[:MOST_GROUPS]
    numbers = {number for group, _reason in chosen for number in group}
    tags: dict[int, TagEntry] = {}
    for some in portions(sorted(numbers)):
        tags |= {tag.id: tag for tag in entries(connection, taxonomy, some)}
    alike = [
        Alike(reason, tuple(sorted((tags[n] for n in group), key=lambda t: (-t.posts, t.name))))
        for group, reason in chosen
    ]
    return tuple(alike)


def _letters(name: str) -> str:
    """Return a name without accents, marks, spaces and signs; signs that mean something stay."""
    plain = unicodedata.normalize("NFKD", name)
    kept = "".join(c for c in plain if c.isalnum() or c in "+#")
    return kept or name


def _singular(name: str) -> str:
    """Return the letters of a name with the last word's plural taken off, as English makes it."""
    letters = _letters(name)
    for ending, instead in ENDINGS:
        if letters.endswith(ending) and len(letters) > len(ending) + 2:
            if ending == "s" and letters.endswith(("ss", "us", "is")):
                break
            return letters[: -len(ending)] + instead
    return letters


def _sharing(
    names: dict[int, str], keys: Callable[[str], Sequence[str]]
) -> Iterator[frozenset[int]]:
    """Yield the groups of tags that share a key."""
    places: dict[str, set[int]] = defaultdict(set)
    for number, name in names.items():
        for key in keys(name):
            places[key].add(number)
    return (frozenset(group) for group in places.values() if len(group) > 1)


def _spelled(names: dict[int, str]) -> Iterator[frozenset[int]]:
    """Yield pairs whose letters differ in one: left out, put in, another, or two swapped.

    Both names without one letter meet under the same key, so that only names that share a key are
    compared.
    """
    letters = {number: _letters(name) for number, name in names.items()}
    places: dict[str, list[int]] = defaultdict(list)
    for number, name in letters.items():
        if len(name) >= SHORTEST and not any(c.isdigit() for c in name):
            for key in {name, *(name[:i] + name[i + 1 :] for i in range(len(name)))}:
                places[key].append(number)
    seen: set[frozenset[int]] = set()
    for group in places.values():
        for place, one in enumerate(group):
            for other in group[place + 1 :]:
                pair = frozenset((one, other))
                if pair not in seen and _one_apart(letters[one], letters[other]):
                    seen.add(pair)
                    yield pair


def _one_apart(one: str, other: str) -> bool:
    if one == other:
        return True
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    first, second = one[start:], other[start:]
    if len(first) == len(second):
        swapped = first[:2] == second[1::-1] and first[2:] == second[2:]
        return first[1:] == second[1:] or swapped
    shorter, longer = sorted((first, second), key=len)
    return longer[1:] == shorter


def _same_posts(connection: Connection, names: Iterable[int]) -> Iterator[frozenset[int]]:
    """Yield tags that stand on exactly the same posts: by a sum first, then compared."""
    number = cast(PostTermRow.post_id, BigInteger)
    sums = (func.count(), func.min(number), func.max(number), func.sum(number))
    query = select(PostTermRow.term_id, *sums).group_by(PostTermRow.term_id)
    places: dict[tuple[int, ...], list[int]] = defaultdict(list)
    known = set(names)
    for term, count, *rest in connection.execute(query.having(func.count() >= FEWEST)):
        if term in known:
            places[count, *(int(value) for value in rest)].append(term)
    for group in places.values():
        if len(group) > 1:
            posts: dict[int, set[int]] = defaultdict(set)
            for some in portions(group):
                held = select(PostTermRow.term_id, PostTermRow.post_id)
                for term, post in connection.execute(held.where(PostTermRow.term_id.in_(some))):
                    posts[term].add(post)
            same: dict[frozenset[int], set[int]] = defaultdict(set)
            for term, those in posts.items():
                same[frozenset(those)].add(term)
            yield from (frozenset(terms) for terms in same.values() if len(terms) > 1)
