"""The hooks that `search` offers to other plugins."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from blogengine.api import hookspec

if TYPE_CHECKING:
    from blogengine.api import Site
    from blogengine_plugins.search.backends import SearchBackend


@hookspec
def search_register_backends(site: Site) -> Iterable[SearchBackend]:  # type: ignore[empty-body]
    """Bring another place to search in; the setting `backend` chooses one by its name.

    When: whenever something is found or stored, so answer at once with what was made before.
    Transaction: none. `put`, `remove` and `clear` are called in a job that the edit asks for; the
    session they get is None. A post's `place` is its number there: the newer has the greater one.
    Returns: objects with `name`, `put(session, documents)`, `remove(session, places)`,
    `clear(session)`, `find(connection, asked, limit=…, offset=…)` and `count(connection)`. Of a
    document they get `title`, `labels` and `body` as sequences of words; `asked.wanted` and
    `asked.unwanted` are parts with `words`, `beginning` and `stems`.
    On error: the site's own database is searched.
    Since: 0.1.
    """


@hookspec
def search_pass_over(  # type: ignore[empty-body]
    site: Site, passages: Mapping[int, Sequence[str]]
) -> Mapping[int, Collection[int]]:
    """Say which paragraphs say nothing of their post, so that no result is shown by them.

    When: once for a page of results; `passages` holds the paragraphs of each post by its id.
    Transaction: none; it may read through `site.db`, once for all of them.
    Returns: numbers of paragraphs by post, from 0; a post that isn't named keeps all of its own.
    On error: nothing is passed over.
    Since: 0.1.
    """
