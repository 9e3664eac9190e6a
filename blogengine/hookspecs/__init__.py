"""Every hook of blogengine. The docstrings are the reference manual.

`register_*` hooks are asked once while the app is built, those of `serving` while a page is made,
those of `saving` before a change is stored; the other `on_*` hooks are told of it after its commit.
Each docstring says, in this order: what for, when and how often, in which transaction, what to
return, what happens on an error, and since which version.
"""

from blogengine.hookspecs import (
    permitting,
    registering,
    rendering,
    saving,
    serving,
    telling,
    watching,
)
from blogengine.hookspecs.markers import hookimpl, hookspec

MODULES = (registering, rendering, permitting, serving, saving, telling, watching)

__all__ = [
    "MODULES",
    "hookimpl",
    "hookspec",
    "permitting",
    "registering",
    "rendering",
    "saving",
    "serving",
    "telling",
    "watching",
]
