"""Comments for the sample blog, read from `samples.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from blogengine.api import Post, Site, utcnow
from blogengine_plugins.comments.addresses import web_address
from blogengine_plugins.comments.models import APPROVED, WAITING, Comment
from blogengine_plugins.comments.storing import stale_keys
from blogengine_plugins.comments.text import clean, render

JUST_NOW = timedelta(hours=2)
FILE = Path(__file__).parent / "samples.toml"


def written(entry: Mapping[str, Any], published: datetime) -> datetime:
    """Return when a sample comment was written: one that waits has only just come in."""
    if entry.get("state") == WAITING:
        return utcnow() - JUST_NOW
    return published + timedelta(hours=entry["hours"])


def add_samples(site: Site, posts: Sequence[Post]) -> None:
    """Store the sample comments whose posts are among these, some hours after the post."""
    by_title = {post.title: post for post in posts if post.public and post.published_at}
    entries = tomllib.loads(FILE.read_text(encoding="utf-8"))["comment"]
    wanted = [entry for entry in entries if entry["post"] in by_title]
    touched = sorted({by_title[entry["post"]].id for entry in wanted})
    keys = [key for post_id in touched for key in stale_keys(post_id)]
    known: dict[str, int] = {}
    with site.db.write(*keys) as session:
        for entry in wanted:
            post = by_title[entry["post"]]
            assert post.published_at is not None
            source = clean(entry["text"]).strip()
            comment = Comment(
                post_id=post.id,
                parent_id=known.get(entry.get("answers", "")),
                state=entry.get("state", APPROVED),
                author=entry["name"],
                website=web_address(entry.get("website", "")),
                source=source,
                html=str(render(source)),
                created_at=written(entry, post.published_at),
            )
            session.add(comment)
            session.flush()
            known[entry.get("id", "")] = comment.id
