"""`create_app`: the wiring, as a list of named steps in the order they happen."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from flask import Flask

from blogengine.building.build import Build
from blogengine.building.database import (
    configure_flask,
    open_database,
    open_runtime,
    read_settings,
    refuse_older_code,
)
from blogengine.building.making import make_pages
from blogengine.building.plugins import ask_plugins, load_plugins, watch_plugins
from blogengine.building.recording import keep_secrets, known_secrets, record_requests
from blogengine.building.routing import (
    add_core_routes,
    add_people_pages,
    add_plugin_routes,
    add_request_steps,
)
from blogengine.building.services import make_site
from blogengine.config import Config, load_config
from blogengine.db import db
from blogengine.guard import Guard, Process
from blogengine.hooks import Hooks
from blogengine.host import Host, find_plugins
from blogengine.logs import Redactor, cleaned
from blogengine.settings import SettingsStore
from blogengine.views.current import current_request_id

log = logging.getLogger(__name__)


def create_app(
    config: Config | None = None,
    *,
    plugins: Sequence[str] | None = None,
    process: Process | None = None,
    drop_ins: bool = False,
) -> Flask:
    """Build the app of one site. Needs a migrated database; `blogengine serve` sees to that.

    `plugins` stands in for the enabled ones of the database: a trial build tries a set with it.
    With a `process`, plugins are watched: one that hangs or ends the process is known by name.
    `drop_ins` switches those of the site's folder on, as a plugin's author wants it.

    Raises OperatorError when the database wasn't initialised or isn't at the core's revision.
    """
    config = config or load_config()
    store = SettingsStore(config)
    host: Host | None = None
    redact = Redactor(lambda: known_secrets(config, store, host))
    guard = Guard(
        strict=config.strict,
        patience=config.patience,
        recover=db.end_failed_reading,
        request=current_request_id,
        clean=lambda text: cleaned(text, redact),
        recorder=process.recorder if process else None,
    )
    hooks = Hooks(guard)
    host = Host(find_plugins(config.plugin_folder), hooks, guard)
    app = Flask("blogengine", template_folder=None, static_folder=None, root_path=str(Path.cwd()))
    build = Build(config, app, guard, hooks, host, store, plugins, redact=redact)
    build.process, build.drop_ins = process, drop_ins
    began = time.perf_counter()
    for step in STEPS:
        with app.app_context():
            step(build)
        now = time.perf_counter()
        log.debug("%s took %.1f ms", step.__name__, (now - began) * 1000)
        began = now
    return app


STEPS: tuple[Callable[[Build], None], ...] = (
    keep_secrets,
    configure_flask,
    open_database,
    refuse_older_code,
    open_runtime,
    read_settings,
    watch_plugins,
    load_plugins,
    make_site,
    ask_plugins,
    make_pages,
    add_people_pages,
    add_plugin_routes,
    add_core_routes,
    add_request_steps,
    record_requests,
)
