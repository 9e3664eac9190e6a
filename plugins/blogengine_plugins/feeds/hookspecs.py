"""The hooks that `feeds` offers to other plugins."""

from __future__ import annotations

from collections.abc import Mapping

from blogengine.api import Site, hookspec


@hookspec
def feeds_files(  # type: ignore[empty-body]
    site: Site, urls: tuple[str, ...]
) -> Mapping[str, tuple[int, str]]:
    """Say how large files are that posts name, and of which media type.

    When: once for every feed that is made whose posts have files.
    Transaction: none; it may read through `site.db`, once for all of them.
    Returns: length in bytes and media type by address, of the files it knows.
    On error: the feed gives 0 as the length.
    Since: 0.2.
    """
