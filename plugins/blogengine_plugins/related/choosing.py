"""The editor's panel: posts that always stand below this one, and posts that never do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import or_

from blogengine.api import (
    EditorPanel,
    Markup,
    PanelForm,
    Post,
    Session,
    Site,
    delete,
    insert,
    select,
)
from blogengine_plugins.related.models import NEVER, Choice

ALWAYS_FIELD, NEVER_FIELD = "always", "never"
MOST = 12
LONGEST_ADDRESS = 1000


def show(site: Site, post: Post | None, form: PanelForm) -> Markup:
    always, never = _chosen(site, post.id) if post else ([], [])
    hint = "Addresses of posts of this blog, one a line. They stand first, in this order."
    return form.area(
        ALWAYS_FIELD, "Always below this post", _lines(site, always), hint=hint
    ) + form.area(
        NEVER_FIELD, "Never below this post", _lines(site, never), hint="One address a line."
    )


def check(site: Site, values: Mapping[str, str]) -> Mapping[str, str]:
    wrong: dict[str, str] = {}
    seen: set[int] = set()
    for field in (ALWAYS_FIELD, NEVER_FIELD):
        addresses = _addresses(values.get(field, ""))
        if len(addresses) > MOST:
            wrong[field] = f"Name at most {MOST} posts."
            continue
        for address in addresses:
            post = site.links.find(address)
            if post is None:
                wrong[field] = f"No post that readers can see stands at {address[:100]}."
                break
            if post.id in seen:
                wrong[field] = f"“{post.display_title}” is named twice."
                break
            seen.add(post.id)
    return wrong


def save(site: Site, post: Post, values: Mapping[str, str]) -> None:
    found: dict[str, list[int]] = {
        field: [
            other.id
            for address in _addresses(values.get(field, ""))[:MOST]
            if (other := site.links.find(address)) and other.id != post.id
        ]
        for field in (ALWAYS_FIELD, NEVER_FIELD)
    }
    if _chosen(site, post.id) == (found[ALWAYS_FIELD], found[NEVER_FIELD]):
        return
    places = dict.fromkeys(found[NEVER_FIELD], NEVER)
    places |= {other: place for place, other in enumerate(found[ALWAYS_FIELD], 1)}
    with site.db.write(f"related:{post.id}") as session:
        session.execute(delete(Choice).where(Choice.post_id == post.id))
        rows = [
            {"post_id": post.id, "other_id": other, "place": place}
            for other, place in places.items()
        ]
        if rows:
            session.execute(insert(Choice), rows)


def forget(session: Session, post_id: int) -> None:
    """Drop what was chosen for a deleted post, and it from what was chosen for others."""
    concerned = or_(Choice.post_id == post_id, Choice.other_id == post_id)
    session.execute(delete(Choice).where(concerned))


def panel() -> EditorPanel:
    return EditorPanel("related", "Read next", show, save, check, order=200)


def _chosen(site: Site, post_id: int) -> tuple[list[int], list[int]]:
    query = select(Choice.other_id, Choice.place).where(Choice.post_id == post_id)
    rows = site.db.reading().execute(query.order_by(Choice.place, Choice.other_id)).fetchall()
    always = [row.other_id for row in rows if row.place != NEVER]
    return always, [row.other_id for row in rows if row.place == NEVER]


def _lines(site: Site, ids: Sequence[int]) -> str:
    return "\n".join(post.url for post in site.posts.by_ids(ids))


def _addresses(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()][: MOST + 1]
