"""The two pluggy markers: `hookspec` for the engine's words, `hookimpl` for plugins' answers."""

import pluggy

PROJECT = "blogengine"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
