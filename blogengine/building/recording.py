"""Steps for the log: which secrets it must never hold, and a record of every request."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from blogengine.building.build import WATCH, Build
from blogengine.clock import utcnow
from blogengine.config import Config
from blogengine.host import Host
from blogengine.logs import Noted
from blogengine.logs.lines import Structured
from blogengine.settings import SITE, SettingsStore, SiteSettings
from blogengine.telemetry.failures import ORDINARY, KnownFailure
from blogengine.views.http_errors import FATAL, told
from blogengine.views.recording import Recorder, RequestUnit


def keep_secrets(build: Build) -> None:
    """Let lines that belong to no request, too, be without this site's secrets."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, Structured):
            handler.formatter.redact = build.redact


def known_secrets(config: Config, store: SettingsStore, host: Host | None) -> Iterator[str]:
    """Yield the site's secrets as they are now: its key, passwords in addresses, settings."""
    yield config.secret_key
    for address in (config.database_url, config.mail_url):
        try:
            password = make_url(address).password
        except ArgumentError:  # empty, or nothing SQLAlchemy knows
            continue
        if password:
            yield str(password)
    yield from store.secrets(SITE, SiteSettings)
    for name, plugin in host.loaded.items() if host is not None else ():
        if plugin.manifest.settings is not None:
            yield from store.secrets(name, plugin.manifest.settings)


def record_requests(build: Build) -> None:
    """Put the recorder around everything that answers."""
    store = build.store
    build.app.wsgi_app = Recorder(  # type: ignore[method-assign]
        build.app.wsgi_app,
        settings=lambda: store.get(SITE, SiteSettings),
        trusted=build.config.trusted_proxies > 0,
        redact=build.redact,
        ended=remembering(build),
    )


def remembering(build: Build) -> Callable[[RequestUnit], None]:
    """Return what is done with a request that has ended: counted, and kept if it failed.

    Where no watch shares such things every second, a failure is written at once.
    """
    telemetry, watched = build.telemetry, WATCH in build.app.extensions

    def remember(unit: RequestUnit) -> None:
        key = (unit.route, unit.method, unit.status)
        telemetry.figures.observe(key, unit.seconds, unit.statements, unit.database_time)
        failure = failure_of(unit)
        if failure is not None:
            telemetry.failures.add(failure)
            if not watched:
                telemetry.failures.save()

    return remember


def failure_of(unit: RequestUnit) -> KnownFailure | None:
    """Return what is to be remembered of a request: that it failed, or a plugin's part of it."""
    noted = unit.noted
    fault = unit.faults[-1] if unit.faults else None
    if unit.status in ORDINARY or (unit.status < 400 and fault is None):
        return None
    # A plugin's own error is what there is to know; that its route then failed isn't.
    if noted is None or (noted.kind == "plugin" and fault is not None):
        noted = fault or _unsaid(unit.status)
    return KnownFailure(
        request=unit.id,
        at=utcnow(),
        method=unit.method,
        path=unit.path,
        route=unit.route,
        status=unit.status,
        kind=noted.kind,
        code=noted.code,
        error=noted.error,
        message=noted.message,
        action=noted.action,
        plugin=noted.plugin,
        trace=noted.trace,
        user="" if unit.user is None else str(unit.user),
    )


def _unsaid(status: int) -> Noted:
    """Return what to note of a request of which no error spoke.

    Below 500 a view answered so on purpose, a form with an empty field for one: it is no bug.
    """
    error = told(status, "The page refused it")
    kind = "bug" if status >= FATAL else "user"
    return Noted(kind, error.code, error.message, error.action)
