"""Import of a folder of Markdown files with front matter, as Hugo, Zola and Jekyll keep them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogengine.api import Importer, Plugin, hookimpl

from .importing import run

if TYPE_CHECKING:
    from blogengine.api import Site

plugin = Plugin(summary=__doc__, api=1)


@hookimpl
def register_importers(site: Site) -> list[Importer]:  # noqa: ARG001
    """`blogengine import markdown DIR`."""
    return [Importer("markdown", "Import a folder of Markdown files with front matter.", run)]
