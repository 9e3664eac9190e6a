"""Who holds which feature, and how rare each is: changed together, by what differs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from blogengine.api import Session, delete, insert, select
from blogengine_plugins.related.features import BLOCK_BASE, IN_BLOCK, weigh
from blogengine_plugins.related.models import Feature, Frequency

T = TypeVar("T")

Held = Mapping[int, tuple[int, int]]
"""Base and strength by feature."""

AT_ONCE = 500
"""Values in one statement: far below what any database takes."""


def batches(values: Iterable[T]) -> Iterator[Sequence[T]]:
    """Cut values into parts that fit one statement."""
    everything = list(values)
    for start in range(0, len(everything), AT_ONCE):
        yield everything[start : start + AT_ONCE]


def is_empty(session: Session) -> bool:
    """Whether no post at all is known."""
    return session.execute(select(Feature.post_id).limit(1)).first() is None


def stored(session: Session, posts: Collection[int]) -> dict[int, dict[int, int]]:
    """Return the strengths of the features that these posts hold by the index."""
    found: dict[int, dict[int, int]] = {number: {} for number in posts}
    for part in batches(sorted(posts)):
        query = select(Feature.post_id, Feature.feature, Feature.strength)
        for post_id, feature, strength in session.execute(query.where(Feature.post_id.in_(part))):
            found[post_id][feature] = strength
    return found


def holders(session: Session, features: Collection[int]) -> set[int]:
    """Return all posts that hold one of these features."""
    found: set[int] = set()
    for part in batches(sorted(features)):
        query = select(Feature.post_id).where(Feature.feature.in_(part)).distinct()
        found.update(session.scalars(query))
    return found


def shared_blocks(session: Session, blocks: Collection[int]) -> set[int]:
    """Return those of the blocks that stand in more than one post."""
    found: set[int] = set()
    for part in batches(sorted(blocks)):
        query = select(Frequency.feature).where(Frequency.feature.in_(part), Frequency.posts > 1)
        found.update(session.scalars(query))
    return found


def put_blocks(session: Session, wanted: Mapping[int, Collection[int]]) -> set[int]:
    """Store which blocks stand in which posts; return the other posts whose words that changes.

    Those are the posts that shared a block with nobody before, or share it with nobody now. For
    one saved post each of its blocks brings in one other post at most.
    """
    before = {
        post_id: {feature for feature, strength in features.items() if strength == IN_BLOCK}
        for post_id, features in stored(session, wanted).items()
    }
    added = {(key, post_id) for post_id in wanted for key in {*wanted[post_id]} - before[post_id]}
    removed = {(key, post_id) for post_id in wanted for key in before[post_id] - {*wanted[post_id]}}
    _remove(session, removed)
    rows = [{"feature": f, "post_id": p, "strength": IN_BLOCK} for f, p in sorted(added)]
    _insert(session, rows)
    deltas = _deltas(added, removed)
    counted = _count(session, deltas, dict.fromkeys(deltas, BLOCK_BASE))
    turned = [feature for feature, (old, new) in counted.items() if (old > 1) != (new > 1)]
    return holders(session, turned) - wanted.keys()


def put_features(session: Session, wanted: Mapping[int, Held]) -> set[int]:
    """Store which terms and words the posts hold; return the posts whose lists may change.

    A feature's rarity counts for all who hold it, so besides the posts themselves these are the
    holders of every rare feature that came, went or changed its strength.
    """
    added: dict[tuple[int, int], int] = {}
    removed: set[tuple[int, int]] = set()
    bases: dict[int, int] = {}
    for post_id, features in stored(session, wanted).items():
        old = {feature: held for feature, held in features.items() if held != IN_BLOCK}
        new = {feature: held for feature, (_, held) in wanted[post_id].items()}
        bases |= {feature: base for feature, (base, _) in wanted[post_id].items()}
        added |= {(key, post_id): new[key] for key in new if old.get(key) != new[key]}
        removed |= {(key, post_id) for key in old if old[key] != new.get(key)}
    _remove(session, removed)
    rows = [{"feature": f, "post_id": p, "strength": s} for (f, p), s in sorted(added.items())]
    _insert(session, rows)
    counted = _count(session, _deltas(added.keys(), removed), bases)
    telling = {
        feature
        for feature, (old_posts, new_posts) in counted.items()
        if weigh(bases[feature], old_posts) or weigh(bases[feature], new_posts)
    }
    return holders(session, telling) | {post_id for _, post_id in {*added, *removed}}


def _deltas(added: Iterable[tuple[int, int]], removed: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Return by how many posts each feature is held more; 0 where only a strength changed."""
    deltas: dict[int, int] = defaultdict(int)
    for feature, _ in added:
        deltas[feature] += 1
    for feature, _ in removed:
        deltas[feature] -= 1
    return deltas


def _count(
    session: Session, deltas: Mapping[int, int], bases: dict[int, int]
) -> dict[int, tuple[int, int]]:
    """Count features anew; return the old and new numbers of posts, and fill in `bases`."""
    old: dict[int, int] = {}
    for part in batches(sorted(deltas)):
        query = select(Frequency.feature, Frequency.base, Frequency.posts)
        for feature, base, posts in session.execute(query.where(Frequency.feature.in_(part))):
            old[feature], bases[feature] = posts, base
    counted = {f: (old.get(f, 0), old.get(f, 0) + delta) for f, delta in deltas.items()}
    moved = sorted(f for f, (before, after) in counted.items() if before != after)
    for part in batches(moved):
        session.execute(delete(Frequency).where(Frequency.feature.in_(part)))
        rows = [_frequency(feature, bases[feature], counted[feature][1]) for feature in part]
        if rows := [row for row in rows if row["posts"] > 0]:
            session.execute(insert(Frequency), rows)
    return counted


def _frequency(feature: int, base: int, posts: int) -> dict[str, int]:
    return {"feature": feature, "base": base, "posts": posts, "weight": weigh(base, posts)}


def _insert(session: Session, rows: Sequence[Mapping[str, int]]) -> None:
    for part in batches(rows):
        session.execute(insert(Feature), part)


def _remove(session: Session, pairs: Iterable[tuple[int, int]]) -> None:
    by_post: dict[int, list[int]] = defaultdict(list)
    for feature, post_id in sorted(pairs):
        by_post[post_id].append(feature)
    for post_id, features in by_post.items():
        for part in batches(features):
            here = (Feature.post_id == post_id, Feature.feature.in_(part))
            session.execute(delete(Feature).where(*here))
