"""Knowing again what the owner has marked as spam."""

from __future__ import annotations

import hashlib
from typing import Any

from blogengine.api import Site, delete, fold, select, utcnow
from blogengine_plugins.antispam.models import Mark

SHORTEST = 20
"""Characters; a shorter text, such as "Thank you!", is anybody's."""


def marks(comment: Any) -> list[str]:
    """Return the hashes by which a comment is known again: its text's and its website's."""
    text = fold(comment.source)
    known = [f"text {text}"] if len(text) >= SHORTEST else []
    known += [f"website {fold(comment.website)}"] if comment.website else []
    return [hashlib.sha256(item.encode("utf-8", "surrogatepass")).hexdigest() for item in known]


def is_known(site: Site, comment: Any) -> bool:
    """Whether the owner has marked such a comment."""
    query = select(Mark.mark).where(Mark.mark.in_(marks(comment))).limit(1)
    return site.db.reading().execute(query).first() is not None


def remember(site: Site, comment: Any) -> None:
    """Know such comments from now on."""
    with site.db.write() as session:
        for mark in marks(comment):
            session.merge(Mark(mark=mark, at=utcnow()))


def forget(site: Site, comment: Any) -> None:
    """Know such comments no longer: it was a mistake."""
    with site.db.write() as session:
        session.execute(delete(Mark).where(Mark.mark.in_(marks(comment))))
