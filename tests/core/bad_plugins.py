"""Texts of plugins that are bad in one hook and one way, once a file says that they shall be."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path

from blogengine.audit import no_act
from blogengine.clock import utcnow
from blogengine.config import load_config
from blogengine.db import db
from blogengine.models import PluginRow
from blogengine.starting import bare_app

HEAD = '''
"""Bad on purpose."""
import os
import time
from pathlib import Path

from blogengine.api import *
from blogengine import api
import sqlalchemy

plugin = api.Plugin(summary=__doc__)
KEPT = []
GO = Path(__file__).with_suffix(".go")


def bad(site):
    if GO.exists():
        return misbehave(site)


def misbehave(site):
MISBEHAVE

'''

WAYS = {
    "raises": "raise ValueError('bad on purpose')",
    "exits": "raise SystemExit(3)",
    "wrong type": "return object()",
    "slow": "time.sleep(0.25)",
    "recursion": "return misbehave(site)",
    "foreign rows": (
        "with site.db.write() as session:\n"
        "    session.execute(sqlalchemy.text(\"UPDATE posts SET title = 'Hijacked'\"))"
    ),
    "faulty template": "return site.environment.from_string('{{ nothing.at.all }}').render()",
    "hangs": "time.sleep(3600)",
    "spins": "while True: pass",
    "leaks": "KEPT.append(b'x' * (260 * 1024 * 1024))",
    "ends the process": "os._exit(9)",
}
"""What a function does that is bad, but for the migration, which has tests of its own."""

WEIRD = "    answer = bad(SITE)\n    if answer is not None:\n        return answer\n"


@dataclass(frozen=True)
class Hook:
    """How a plugin is bad in one hook: at `boot`, on a `page`, at its own address, at an `event`.

    `called` is the name under which the fault is recorded, `NAME` standing for the plugin.
    `offered_by` is the plugin that has to run for it.
    """

    when: str
    called: str
    text: str
    offered_by: str = ""


def _widget_like(hook: str, value: str, rest: str = "") -> str:
    return f"@hookimpl\ndef {hook}(site):\n    return [{value}]\n\n{rest}"


HOOKS = {
    "widget": Hook(
        "page",
        "widget NAME",
        "def show(ctx):\n    SITE = ctx.site\n" + WEIRD + "    return None\n\n"
        "@hookimpl\ndef register_widgets(site):\n"
        '    return [Widget("NAME", "Bad", show, region="footer")]\n',
    ),
    "extra": Hook(
        "page",
        "extra NAME",
        "def load(site, posts):\n    SITE = site\n" + WEIRD + "    return {}\n\n"
        '@hookimpl\ndef register_post_extras(site):\n    return [PostExtra("NAME", load)]\n',
    ),
    "template_context": Hook(
        "page",
        "template_context",
        "@hookimpl\ndef template_context(site, page):\n    SITE = site\n"
        + WEIRD
        + "    return {}\n",
    ),
    "page_meta": Hook(
        "page",
        "page_meta",
        "@hookimpl\ndef page_meta(site, page):\n    SITE = site\n" + WEIRD + "    return []\n",
    ),
    "route": Hook(
        "/NAME/",
        "route NAME.show",
        'routes = api.Blueprint("NAME", __name__)\n\n'
        '@routes.get("/NAME/", permission="public")\ndef show():\n    SITE = api.site\n'
        + WEIRD
        + '    return "fine"\n\n@hookimpl\ndef register_blueprints(site):\n    return [routes]\n',
    ),
    "feed": Hook(
        "/feed/NAME.txt",
        "feed NAME",
        "def write(site, archive, posts):\n    SITE = site\n" + WEIRD + '    return b"fine"\n\n'
        "@hookimpl\ndef register_feeds(site):\n"
        '    return [Feed("NAME", "Bad", "feed/NAME.txt", "text/plain", write)]\n',
    ),
    "on_post_saved": Hook(
        "event",
        "on_post_saved",
        "@hookimpl\ndef on_post_saved(site, change):\n    SITE = site\n" + WEIRD,
    ),
    "on_post_published": Hook(
        "event",
        "on_post_published",
        "@hookimpl\ndef on_post_published(site, post):\n    SITE = site\n" + WEIRD,
    ),
    "on_post_unpublished": Hook(
        "event",
        "on_post_unpublished",
        "@hookimpl\ndef on_post_unpublished(site, post):\n    SITE = site\n" + WEIRD,
    ),
    "on_post_deleted": Hook(
        "event",
        "on_post_deleted",
        "@hookimpl\ndef on_post_deleted(site, post):\n    SITE = site\n" + WEIRD,
    ),
}

HOOKS["publish check"] = Hook(
    "event",
    "publish check NAME",
    "def look(site, post):\n    SITE = site\n" + WEIRD + "    return []\n\n"
    "@hookimpl\ndef register_publish_checks(site):\n"
    '    return [PublishCheck("NAME", "Bad", look)]\n',
)

HOOKS["health check"] = Hook(
    "event",
    "health check NAME",
    "def look(site):\n    SITE = site\n" + WEIRD + '    return Health("ok")\n\n'
    "@hookimpl\ndef register_health_checks(site):\n"
    '    return [HealthCheck("NAME", "Bad", look)]\n',
)
HOOKS["metric"] = Hook(
    "event",
    "metric NAME",
    "def read(site):\n    SITE = site\n" + WEIRD + "    return 1\n\n"
    "@hookimpl\ndef register_metrics(site):\n"
    '    return [Metric("NAME", "Bad.", read)]\n',
)

for _hook, _more in (
    ("on_post_preparing", "draft"),
    ("on_post_saving", "change, session"),
    ("on_post_deleting", "post, session"),
    ("on_labels_saving", "post_ids, session"),
):
    HOOKS[_hook] = Hook(
        "event", _hook, f"@hookimpl\ndef {_hook}(site, {_more}):\n    SITE = site\n" + WEIRD
    )

for _hook, _more in (
    ("demo_on_loaded", "posts"),
    ("comments_check", "comment"),
    ("comments_on_state_changed", "comment, state, before"),
):
    HOOKS[_hook] = Hook(
        "event",
        _hook,
        f"@hookimpl\ndef {_hook}(site, {_more}):\n    SITE = site\n" + WEIRD,
        offered_by=_hook.partition("_")[0],
    )

for _hook in ("on_tags_changed", "on_media_changed"):
    HOOKS[_hook] = Hook(
        "event", _hook, f"@hookimpl\ndef {_hook}(site, change):\n    SITE = site\n" + WEIRD
    )
HOOKS["not_found"] = Hook(
    "/nothing-NAME/",
    "not_found",
    "@hookimpl\ndef not_found(site, path):\n    SITE = site\n" + WEIRD,
)

ASKED = (
    "register_widgets",
    "register_post_extras",
    "register_blueprints",
    "register_feeds",
    "register_streams",
    "register_themes",
    "register_importers",
    "register_assets",
    "register_template_helpers",
    "register_markdown_extensions",
    "register_source_filters",
    "register_html_filters",
    "register_publish_checks",
    "register_editor_panels",
    "register_hookspecs",
    "register_jobs",
    "register_permissions",
    "register_health_checks",
    "register_metrics",
    "register_admin_pages",
    "register_picture_sources",
    "register_taxonomies",
    "register_rankings",
)
"""Hooks asked once while the app is built: the plugin is then failed."""

for _hook in ASKED:
    HOOKS[_hook] = Hook(
        "boot",
        _hook,
        f"@hookimpl\ndef {_hook}(site):\n    SITE = site\n" + WEIRD + "    return []\n",
    )
HOOKS["import"] = Hook("boot", "import", "bad(None)\n")


COMMANDS = Hook(
    "command",
    "register_commands",
    "@hookimpl\ndef register_commands(site, cli):\n    SITE = site\n" + WEIRD,
)


def enable(folder: Path, *names: str) -> None:
    """Switch plugins on without a trial: as if their files had changed after it."""
    with bare_app(load_config(folder, environ={})), db.write() as session:
        no_act(session, "plugins")
        for name in names:
            session.add(PluginRow(name=name, enabled=True, changed_at=utcnow()))


def write_bad(folder: Path, name: str, hook: str, way: str) -> Path:
    """Write a bad plugin into a site's folder; return the file that makes it bad."""
    body = textwrap.indent(WAYS[way], "    ")
    text = HEAD.replace("MISBEHAVE", body) + {**HOOKS, COMMANDS.called: COMMANDS}[
        hook
    ].text.replace("NAME", name)
    plugins = folder / "plugins"
    plugins.mkdir(parents=True, exist_ok=True)
    (plugins / f"{name}.py").write_text(text)
    return plugins / f"{name}.go"
