"""Whether the index holds what everybody may read, told from what is counted."""

from __future__ import annotations

from blogengine.api import Health, Site, func, select
from blogengine_plugins.search.backends import foreign_backend, own_backend
from blogengine_plugins.search.models import Document

REMEDY = "blogengine search rebuild"


def index_is_whole(site: Site) -> Health:
    """Compare what is stored with the number of public posts, and with the backend's own."""
    connection = site.db.reading()
    query = select(Document.kind, func.count()).group_by(Document.kind)
    counts = {kind: number for kind, number in connection.execute(query)}
    public = site.archives.home().count
    if counts.get("post", 0) != public:
        return Health(
            "warn", f"{counts.get('post', 0)} of {public} public posts are in the index.", REMEDY
        )
    backend = foreign_backend(site) or own_backend(site)
    kept, wanted = backend.count(connection), sum(counts.values())
    if kept != wanted:
        return Health("warn", f"{kept} of {wanted} texts can be found.", REMEDY)
    return Health()
