"""Rendering: from a writer's text to safe html that fits into any page of the site.

The libraries that do it (Python-Markdown, Pygments, nh3) are imported only in a helper process,
never in the process that answers requests. `docs/writing/markdown.md` tells writers the rules.
"""

from .fingerprint import fingerprint
from .limits import RendererUnavailable, TextTooCostly
from .links import led_to, own_paths
from .pictures import picture_html, with_pictures
from .placement import place
from .recipe import NO_PLUGINS, Recipe
from .renderer import Renderer
from .values import PluginFailure, Rendering, RenderJob

__all__ = [
    "NO_PLUGINS",
    "PluginFailure",
    "Recipe",
    "RenderJob",
    "Renderer",
    "RendererUnavailable",
    "Rendering",
    "TextTooCostly",
    "fingerprint",
    "led_to",
    "own_paths",
    "picture_html",
    "place",
    "with_pictures",
]
