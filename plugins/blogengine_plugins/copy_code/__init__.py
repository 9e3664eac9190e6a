"""Copy code: a button on each block of code that copies its text."""

from __future__ import annotations

from blogengine.api import LIST_KINDS, Asset, Plugin, hookimpl

plugin = Plugin(summary=__doc__, api=1)

WITH_CODE = LIST_KINDS | {"post", "page"}


@hookimpl
def register_assets() -> list[Asset]:
    """A script that adds the buttons, and their look; without the script there is none."""
    return [
        Asset("copy.js", "js", pages=WITH_CODE, where="<pre"),
        Asset("copy.css", "css", pages=WITH_CODE, where="<pre"),
    ]
