"""What a page pays for plugins, counted in functions run and statements: figures without noise."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context
from pathlib import Path

from bench.measuring import calls_in
from bench.statements import asked_by
from bench.variants import requests_of
from tests.conftest import Blog
from tests.core.test_plugin_host import drop_in

PLUGINS = 10
SHOWN = 5
"""Regions of an archive page, of the seven there are."""

MOST_A_WIDGET = 40
"""The guard is most of it: it notes who is called, since when, and at what cost."""

CONSTANT = """
from blogengine.api import *

plugin = Plugin(summary="A line in every region.")
LINE = Markup("<p>A line.</p>")


@hookimpl
def register_widgets():
    return [Widget(region, region, lambda ctx: LINE, region=region) for region in REGIONS]
"""


def test_a_widget_costs_a_page_a_few_calls_and_no_statement(
    make_blog: Callable[..., Blog], tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    names = [f"crowd_{number}" for number in range(PLUGINS)]
    for name in names:
        drop_in(folder, name, CONSTANT)
    without = make_blog(folder=folder, plugins=[])
    without.post("One", tags=["Alpha"])
    full = make_blog(folder=folder, plugins=names)
    assert full.get("/tag/alpha/").text.count("A line.") == PLUGINS * SHOWN
    calls, asked = zip(*(Context().run(costs, blog) for blog in (without, full)), strict=True)
    assert 0 < calls[1] - calls[0] <= PLUGINS * SHOWN * MOST_A_WIDGET
    assert asked[0] == asked[1] > 0


def costs(blog: Blog) -> tuple[int, int]:
    """Return functions run and statements asked for the page, as a request of its own."""
    calls = calls_in(requests_of(blog.app.wsgi_app, "/tag/alpha/"))
    return calls, len(asked_by(blog.app, "/tag/alpha/").statements)
