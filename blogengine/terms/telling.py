"""What a planned act means in words: posts, addresses and totals, for previews and answers."""

from __future__ import annotations

from urllib.parse import quote

from sqlalchemy import Connection

from blogengine.queries import tagging
from blogengine.tagged import Rerouted, TagEffect
from blogengine.taxonomies import Taxonomy
from blogengine.terms.change import ALIAS, GONE, HISTORY, TERM, Change

MOST_SHOWN = 100
"""Posts that an effect names with their titles; the others are told by their ids."""

MOVED, LOST = 301, 410


def effect_of(connection: Connection, change: Change) -> TagEffect:
    """Return what a change does, asked before it is carried out."""
    posts = change.posts()
    concerned = change.moved_terms() | {*change.targets}
    before = tagging.labels_of_posts(connection, concerned) if posts else {}
    after = {post: posts[post][1] if post in posts else terms for post, terms in before.items()}
    after |= {post: pair[1] for post, pair in posts.items()}
    slugs = [step.after["slug"] for _key, step in change.of(TERM) if step.after is not None]
    return TagEffect(
        act=change.act,
        summary=change.summary,
        post_ids=tuple(sorted(posts)),
        retagged=tagging.retagged(connection, posts, change.names, MOST_SHOWN),
        rerouted=_rerouted(connection, change),
        notes=tuple(change.notes),
        tagged_before=sum(bool(concerned & {*terms}) for terms in before.values()),
        tagged_after=sum(bool(concerned & {*terms}) for terms in after.values()),
        slug=slugs[0] if slugs else "",
    )


def _rerouted(connection: Connection, change: Change) -> tuple[Rerouted, ...]:
    slugs = {int(key): step.after["slug"] for key, step in change.of(TERM) if step.after}
    unknown = change.touched_terms() - {*slugs}
    slugs |= {n: row["slug"] for n, row in tagging.term_rows(connection, unknown).items()}
    found: dict[str, Rerouted] = {}

    def path(slug: str) -> str:
        return _path(change.taxonomy, slug)

    for _key, step in change.of(ALIAS):
        if step.after is not None and step.after["slug"] not in slugs.values():
            found[step.after["slug"]] = Rerouted(
                path(step.after["slug"]), MOVED, path(slugs[step.after["term_id"]])
            )
    for key, step in change.of(HISTORY):
        if step.after is not None:
            found[key] = Rerouted(path(key), MOVED, path(slugs[step.after["term_id"]]))
    for key, step in change.of(GONE):
        if step.after is not None:
            pointer = step.after["pointer_id"]
            found[key] = Rerouted(path(key), LOST, path(slugs[pointer]) if pointer else "")
    return tuple(found[slug] for slug in sorted(found))


def _path(taxonomy: Taxonomy, slug: str) -> str:
    return f"/{taxonomy.path}/{quote(slug)}/"
