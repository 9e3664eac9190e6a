"""The hook that `demo` offers to other plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogengine.api import hookspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from blogengine.api import Post, Site


@hookspec
def demo_on_loaded(site: Site, posts: Sequence[Post]) -> None:
    """Add sample content of one's own to the demo's posts, such as comments.

    When: once, when the sample blog was loaded. What hangs on the posts by a foreign key goes
    with them when the samples are removed.
    Transaction: after the commit.
    Returns: nothing.
    On error: logged and counted; the posts stand.
    Since: 0.1.
    """
