"""The gunicorn application of one site, and its settings."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

from blogengine.config import Config
from blogengine.guard import FlightRecorder, Process, Watch, lost_flights
from blogengine.host.finding import built_in_folders, find_plugins
from blogengine.serving.gunicorn_log import GunicornLog
from blogengine.serving.incoming import LONGEST_HEADER, LONGEST_REQUEST_LINE, MOST_HEADERS
from blogengine.serving.overseer import Overseer
from blogengine.serving.page_builds import PageBuilds
from blogengine.serving.patient_worker import PatientWorker
from blogengine.serving.run_folder import already_serving, clear, locked, run_folder, serves
from blogengine.serving.safe_start import start_safely
from blogengine.serving.worker import (
    STOPPING,
    Retirement,
    keep_beating,
    restart_on_change,
)

THREADS = 128
"""Requests a worker holds at once, whole ones: most wait for their turn to build a page."""

CONNECTIONS = 4096
"""Connections a worker holds at once, where the system allows as many."""

SILENT_SECONDS = 8
"""How long a worker may be silent: then a plugin holds the interpreter's lock and won't let go."""


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How to serve. `ready` is called once in the master when the socket is open."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    reload: bool = False
    ready: Callable[[], None] | None = None


class Server(BaseApplication):
    """The gunicorn application of one site; the copy in each worker builds the app."""

    def __init__(self, config: Config, options: ServeOptions) -> None:
        self.site_config = config
        self.options = options
        self.recorder: FlightRecorder | None = None
        self.watch: Watch | None = None
        self.aborted = False
        self._served = False
        super().__init__()

    def load_config(self) -> None:
        """Set gunicorn's settings; neither files nor its environment variable are read."""
        for name, value in _gunicorn_settings(self).items():
            if name in self.cfg.settings:  # the control socket is younger than our lowest gunicorn
                self.cfg.set(name, value)

    def run(self) -> None:
        """Be the master until a signal ends it."""
        Overseer(self).run()

    def has_served(self) -> bool:
        """Whether a worker of this master has ever come up."""
        self._served = self._served or any(run_folder(self.site_config).glob("worker-*"))
        return self._served

    def load(self) -> Any:
        """Build the app, in a worker."""
        from blogengine.actors import serves_visitors
        from blogengine.app import create_app
        from blogengine.building.build import WATCH
        from blogengine.routes import body_bound
        from blogengine.starting import migrate_plugins

        config, run = self.site_config, run_folder(self.site_config)
        self.recorder = FlightRecorder(run, role="worker")
        retirement = Retirement(self.recorder)
        found = list(lost_flights(run, lambda pid: serves(config, pid)))
        process = Process(
            recorder=self.recorder,
            found=found,
            lost=lambda: lost_flights(run, lambda pid: serves(config, pid)),
            on_hang=retirement.give_up,
            too_large=retirement.grow_old,
        )
        # A stop that comes now waits: raised inside a plugin's import it would look like its fault.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        try:
            config = start_safely(config, run, found)
            if self.options.reload:
                migrate_plugins(config, drop_ins(config))
            app = create_app(config, process=process, drop_ins=self.options.reload)
            serves_visitors(app)
            self.watch = app.extensions.get(WATCH)
            bound = partial(body_bound, app)
            recorder: Any = app.wsgi_app
            # Inside of the recorder: what never gets as far as a page has an id and a line too.
            retirement.builds = PageBuilds(recorder.inner, body_bound=bound)
            recorder.inner = retirement.builds
            if self.options.reload:
                restart_on_change([config.plugin_folder, *built_in_folders(), *installed(config)])
            return recorder
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def drop_ins(config: Config) -> list[str]:
    """Return the names of the plugins in the site's own folder."""
    found = find_plugins(config.plugin_folder).values()
    return [plugin.name for plugin in found if plugin.door == "drop-in"]


def installed(config: Config) -> list[Path]:
    """Return the folders and files of plugins that are installed, such as one being written."""
    found = find_plugins(config.plugin_folder).values()
    places = [plugin.folder or plugin.file for plugin in found if plugin.door == "distribution"]
    return [place for place in places if place is not None]


def _gunicorn_settings(server: Server) -> dict[str, Any]:
    config, options = server.site_config, server.options
    run = run_folder(config)

    def forked(_arbiter: Any, worker: Any) -> None:
        worker.booted_event = keep_beating(worker)

    def started(worker: Any) -> None:
        worker.booted_event.set()
        if server.recorder is not None:
            server.recorder.booted()
        (run / f"worker-{worker.pid}").touch()

    def aborted(_worker: Any) -> None:
        server.aborted = True  # its last calls are to be read by whoever comes next

    def leaving(_arbiter: Any, _worker: Any) -> None:
        if server.watch is not None:
            server.watch.stop()  # what was seen in the last moment is shared as well
        if server.recorder is not None and not server.aborted:
            server.recorder.close()

    def ended(_arbiter: Any, worker: Any) -> None:
        server.has_served()
        (run / f"worker-{worker.pid}").unlink(missing_ok=True)

    settings: dict[str, Any] = {
        "bind": f"[{options.host}]:{options.port}"
        if ":" in options.host
        else f"{options.host}:{options.port}",
        "workers": 1 if options.reload else options.workers,
        "worker_class": PatientWorker,
        "threads": THREADS,
        "worker_connections": CONNECTIONS,
        "limit_request_line": LONGEST_REQUEST_LINE,
        "limit_request_fields": MOST_HEADERS,
        "limit_request_field_size": LONGEST_HEADER,
        # Files go the way of other answers, which a slow reader can't hold.
        "sendfile": False,
        "timeout": SILENT_SECONDS,
        "forwarded_allow_ips": "",
        # Else a header Script_Name of anybody behind a proxy on this machine moves the site.
        "forwarder_headers": "",
        "graceful_timeout": 30,
        "pidfile": str(run / "serve.pid"),
        "preload_app": False,
        "loglevel": "warning",
        "logger_class": GunicornLog,
        "control_socket_disable": True,
        "post_fork": forked,
        "post_worker_init": started,
        "worker_abort": aborted,
        "worker_exit": leaving,
        "child_exit": ended,
    }
    if options.ready is not None:
        ready = options.ready
        settings["when_ready"] = lambda _server: ready()
    return settings


def serve(config: Config, options: ServeOptions) -> None:
    """Serve until a signal ends it; never returns normally."""
    run = run_folder(config)
    with (run / "lock").open("w") as lock:
        # Held as long as the master lives; a number in a file may belong to a stranger by now.
        if not locked(lock):
            raise already_serving(config)
        clear(run)
        Server(config, options).run()
