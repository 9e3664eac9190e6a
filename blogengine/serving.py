"""Serving a site by gunicorn, with all its settings in code.

The master imports the engine's libraries but builds no app and runs no plugin: every worker calls
`create_app`, so that a graceful reload brings up what the database now says.
"""

from __future__ import annotations

import fcntl
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication

from blogengine.bodies import take_body
from blogengine.config import Config
from blogengine.errors import OperatorError, Retryable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

THREADS = 128
"""Connections a worker holds at once; most only wait for a slow client."""

PAGES_AT_ONCE = 8
"""Pages a worker builds at once; more would only slow each other down."""

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)
REPLACED_WITHIN = 40.0
TICK = 0.05


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How to serve. `ready` is called once in the master when the socket is open."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    reload: bool = False
    ready: Callable[[], None] | None = None


class PageBuilds:
    """Lets a bounded number of threads build pages; the others wait their turn."""

    def __init__(self, app: WSGIApplication, limit: int = PAGES_AT_ONCE) -> None:
        self._app = app
        self._turns = threading.BoundedSemaphore(limit)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        # A slow sender may hold a thread, never a turn: the body is here before one is taken.
        try:
            take_body(environ)
        except TimeoutError:
            return refused(start_response, "408 Request Timeout", "The request came too slowly.")
        except OSError:  # a chunk that is none, or a connection that is gone
            return refused(start_response, "400 Bad Request", "The request can't be read.")
        with self._turns:
            return self._app(environ, start_response)


def refused(start_response: StartResponse, status: str, sentence: str) -> Iterable[bytes]:
    """Answer a request whose body can't be had; the connection ends with it."""
    body = f"{sentence} Send it again.\n".encode()
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("Connection", "close"),
    ]
    start_response(status, headers)
    return [body]


class Server(BaseApplication):
    """The gunicorn application of one site."""

    def __init__(self, config: Config, options: ServeOptions) -> None:
        self._site_config = config
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Set gunicorn's settings; neither files nor its environment variable are read."""
        for name, value in _gunicorn_settings(self._site_config, self._options).items():
            if name in self.cfg.settings:  # the control socket is younger than our lowest gunicorn
                self.cfg.set(name, value)

    def load(self) -> Any:
        """Build the app, in a worker."""
        from blogengine.app import create_app

        # A stop that comes now waits: raised inside a plugin's import it would look like its fault.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        try:
            return PageBuilds(create_app(self._site_config).wsgi_app)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _gunicorn_settings(config: Config, options: ServeOptions) -> dict[str, Any]:
    run = run_folder(config)

    def started(worker: Any) -> None:
        (run / f"worker-{worker.pid}").touch()

    def ended(_server: Any, worker: Any) -> None:
        with suppress(OSError):
            (run / f"worker-{worker.pid}").unlink()

    settings: dict[str, Any] = {
        "bind": f"[{options.host}]:{options.port}"
        if ":" in options.host
        else f"{options.host}:{options.port}",
        "workers": 1 if options.reload else options.workers,
        "worker_class": "gthread",
        "threads": THREADS,
        "timeout": 60,
        "forwarded_allow_ips": "",
        # Else a header Script_Name of anybody behind a proxy on this machine moves the site.
        "forwarder_headers": "",
        "graceful_timeout": 30,
        "pidfile": str(run / "serve.pid"),
        "preload_app": False,
        "reload": options.reload,
        "loglevel": "warning",
        "control_socket_disable": True,
        "post_worker_init": started,
        "child_exit": ended,
    }
    if options.ready is not None:
        ready = options.ready
        settings["when_ready"] = lambda _server: ready()
    return settings


def run_folder(config: Config) -> Path:
    """Return the folder that says which processes serve this site."""
    folder = config.instance / "run"
    folder.mkdir(exist_ok=True)
    return folder


def serve(config: Config, options: ServeOptions) -> None:
    """Serve until a signal ends it; never returns normally."""
    run = run_folder(config)
    with (run / "lock").open("w") as lock:
        # Held as long as the master lives; a number in a file may belong to a stranger by now.
        if not _locked(lock):
            raise already_serving(config)
        for left in (*run.glob("worker-*"), *run.glob("serve.pid")):
            left.unlink()
        Server(config, options).run()


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def already_serving(config: Config) -> OperatorError:
    """The error of a second `serve` for one site."""
    return OperatorError(
        f"The site in {config.folder} is being served already.",
        code="already-serving",
        action="Stop that process first.",
        exit_code=69,
    )


def master_pid(config: Config) -> int | None:
    """Return the process that serves this site on this machine, or None."""
    run = run_folder(config)
    try:
        with (run / "lock").open("r+") as lock:
            if _locked(lock):
                return None
        return int((run / "serve.pid").read_text())
    except (OSError, ValueError):
        return None


def replace_workers(config: Config) -> bool:
    """Replace the serving workers gracefully and wait until the old ones are gone.

    Returns whether anything was serving. Requests under way are finished by the old workers.
    Raises Retryable when they take too long; the change itself stands.
    """
    pid = master_pid(config)
    if pid is None:
        return False
    run = run_folder(config)
    old = set(run.glob("worker-*"))
    os.kill(pid, signal.SIGHUP)
    end = time.monotonic() + REPLACED_WITHIN
    while time.monotonic() < end:
        if not any(path.exists() for path in old) and any(run.glob("worker-*")):
            return True
        time.sleep(TICK)
    raise Retryable(
        f"The change is stored, but old workers still serve after {REPLACED_WITHIN:g} seconds.",
        code="workers-not-replaced",
        action="They end with the requests they are at; look at the server's log if they don't.",
    )
