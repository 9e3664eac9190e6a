"""Feeds: an address below every archive."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from blogengine.guard import Guard
from blogengine.host.kinds.kind import Kind, Owned, check_call, check_text, must_be, or_fault
from blogengine.streams import Feed

NOT_XML = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xed[\xa0-\xbf].|\xef\xbf[\xbe\xbf]", re.DOTALL
)
"""Controls, halves of surrogate pairs and noncharacters, as UTF-8: one breaks the whole feed."""

SUFFIX = re.compile(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*/?")


def check(plugin: str, values: list[Feed], others: list[Owned[Feed]]) -> None:  # noqa: ARG001
    taken = {feed.suffix for _plugin, feed in others}
    for feed in values:
        what = f"The feed {feed.name!r}"
        check_text(what, name=feed.name, title=feed.title, media_type=feed.media_type)
        check_text(what, suffix=feed.suffix)
        for name in ("render", "stream"):
            if getattr(feed, name) is not None:
                check_call(f"{what}: {name}", getattr(feed, name))
        one = (feed.render is None) != (feed.stream is None)
        must_be(one, f"{what} needs one of render and stream.")
        must_be(SUFFIX.fullmatch(feed.suffix), f"{what} can't stand at {feed.suffix!r}.")
        must_be("/" in feed.media_type, f"{what}: {feed.media_type!r} is no media type.")
        must_be(feed.suffix not in taken, f"There is already a feed at {feed.suffix!r}.")
        taken.add(feed.suffix)


def guarded(plugin: str, feed: Feed, guard: Guard) -> Feed:
    name = "render" if feed.stream is None else "stream"
    told = _bytes(getattr(feed, name), xml="xml" in feed.media_type)
    answering = or_fault(plugin, f"feed {feed.name}", guard, told)
    return replace(
        feed, render=None if feed.stream else answering, stream=feed.stream and answering
    )


def _bytes(render: Callable[..., Any], *, xml: bool) -> Callable[..., bytes]:
    """Look at a feed's answer inside its guard; XML loses what no XML may hold."""

    def rendered(*args: Any) -> bytes:
        made = render(*args)
        if not isinstance(made, bytes):
            raise TypeError(f"it returned {type(made).__name__}, not bytes")
        return NOT_XML.sub(b"", made) if xml else made

    return rendered


def gather(owned: list[Owned[Feed]]) -> Mapping[str, object]:
    return {"feeds": tuple(feed for _plugin, feed in owned)}


FEEDS = Kind("register_feeds", Feed, check, guarded, gather)
