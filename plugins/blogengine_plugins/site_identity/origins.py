"""Posts that stood elsewhere first: their page names that address, so that it isn't a copy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import String

from blogengine.api import (
    EditorPanel,
    Mapped,
    Markup,
    PanelForm,
    Post,
    Session,
    Site,
    delete,
    mapped_column,
    select,
    table_base,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import DeclarativeBase as Base
else:
    Base = table_base("site_identity")

LONGEST = 500
ADDRESS = re.compile(r"https?://[^\s/]+\S*")


class Origin(Base):
    """Where a post stood first."""

    post_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    url: Mapped[str] = mapped_column(String(LONGEST))


def origin_of(site: Site, post_id: int) -> str:
    """Return the address where a post stood first; "" for one that began here."""
    query = select(Origin.url).where(Origin.post_id == post_id)
    return site.db.reading().execute(query).scalar() or ""


def show(site: Site, post: Post | None, form: PanelForm) -> Markup:
    """Return the field."""
    stored = origin_of(site, post.id) if post else ""
    hint = "Search engines then show that page instead of this one."
    return form.text("url", "Address", stored, hint=hint)


def check(site: Site, values: Mapping[str, str]) -> dict[str, str]:  # noqa: ARG001
    """Return what is wrong with the address."""
    url = values.get("url", "").strip()
    if url and not (ADDRESS.fullmatch(url) and len(url) <= LONGEST):
        return {"url": "Give a whole address, beginning with https://."}
    return {}


def save(site: Site, post: Post, values: Mapping[str, str]) -> None:
    """Store the address, or that there is none."""
    url = values.get("url", "").strip()
    if url == origin_of(site, post.id):
        return
    with site.db.write(f"post:{post.id}") as session:
        forget(session, post.id)
        if url:
            session.add(Origin(post_id=post.id, url=url))


def forget(session: Session, post_id: int) -> None:
    """Delete what is known of a post."""
    session.execute(delete(Origin).where(Origin.post_id == post_id))


PANEL = EditorPanel("origin", "First published elsewhere", show, save, check, order=200)
