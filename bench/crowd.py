"""Ten plugins with a widget in every region, beside those of every new site."""

from __future__ import annotations

from flask import Flask

from bench.sites import BenchSite
from blogengine.app import create_app
from blogengine.config import load_config
from blogengine.views.current import EXTENSION

PLUGINS = 10
PAGES = ("tag archive", "post")

SOURCE = '''"""Plugin {number} of many: a line in every region."""

from blogengine.api import REGIONS, Markup, Plugin, Widget, hookimpl

plugin = Plugin(summary=__doc__)


def show(ctx):
    return Markup("<p>{{}} of {{}}</p>").format(ctx.title, ctx.view.title)


@hookimpl
def register_widgets():
    return [Widget(region, region, show, region=region) for region in REGIONS]
'''


def crowded(made: BenchSite) -> Flask:
    """Return another app of a filled site, with the ten plugins on."""
    folder = made.site.config.plugin_folder
    folder.mkdir(exist_ok=True)
    names = [f"crowd_{number}" for number in range(PLUGINS)]
    for number, name in enumerate(names):
        (folder / f"{name}.py").write_text(SOURCE.format(number=number), encoding="utf-8")
    config = load_config(made.site.config.folder, environ={})
    app = create_app(config, plugins=[*made.site.host.loaded, *names])
    running = set(app.extensions[EXTENSION].host.loaded)
    assert running >= set(names), f"only {sorted(running)} run"
    return app
