"""`create_app`: the wiring, as a list of named steps in the order they happen."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import inspect
from werkzeug.middleware.proxy_fix import ProxyFix

from blogengine import __version__
from blogengine.archives import Archives
from blogengine.bodies import LARGEST_REQUEST
from blogengine.config import Config, load_config
from blogengine.contributions import REGIONS, TAG, Contributions, Taxonomy, Theme
from blogengine.db import db
from blogengine.errors import OperatorError
from blogengine.guard import Guard, Process, Watch, open_sharing
from blogengine.head import dresses
from blogengine.hooks import Hooks
from blogengine.host import Host, find_plugins
from blogengine.host.asking import askers
from blogengine.host.kinds.blueprints import add_blueprint
from blogengine.host.outdated import warn_of_outdated
from blogengine.host.recipes import RecipeBook
from blogengine.host.registering import collect
from blogengine.migrations import core_owner, pending
from blogengine.pages import PageMaker
from blogengine.posts import Posts
from blogengine.queries.rows import Mapper
from blogengine.rendering import Renderer
from blogengine.settings import SITE, SettingsStore, SiteSettings
from blogengine.site import Assembled, Site, SiteDatabase
from blogengine.starting import enabled_plugins, trusted_plugins
from blogengine.state import read_state
from blogengine.tags import prepared
from blogengine.templating import CORE_TEMPLATES, NO_VALUES, given, make_environment
from blogengine.terms import Terms
from blogengine.users import Users
from blogengine.views.archives import add_archive_routes
from blogengine.views.arrival import REVISION, add_arrival
from blogengine.views.current import EXTENSION, MAKER, current_request_id, respond_with
from blogengine.views.errors import add_error_handlers
from blogengine.views.posts import add_slash, show_path
from blogengine.views.static import ENDPOINT as STATIC
from blogengine.views.static import show_static
from blogengine.web import CONVERTERS
from blogengine.widgets import Widgets

log = logging.getLogger(__name__)

LARGEST_FORM = 1024 * 1024
SHARING = "blogengine.sharing"
WATCH = "blogengine.watch"


@dataclass
class Build:
    """An app that is being built: each step fills in what the next ones need."""

    config: Config
    app: Flask
    guard: Guard
    hooks: Hooks
    host: Host
    store: SettingsStore
    plugins: Sequence[str] | None = None
    process: Process | None = None
    drop_ins: bool = False
    taxonomies: dict[str, Taxonomy] = field(default_factory=lambda: {TAG.name: TAG})
    assembled: Assembled = field(
        default_factory=lambda: Assembled(Contributions(), make_environment(Contributions(), None))
    )
    theme: Theme | None = None
    services: Site | None = None

    @property
    def site(self) -> Site:
        assert self.services is not None, "The step make_site comes first."
        return self.services


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
    guard = Guard(
        strict=config.strict,
        recover=db.end_failed_reading,
        request=current_request_id,
        recorder=process.recorder if process else None,
    )
    hooks = Hooks(guard)
    host = Host(find_plugins(config.plugin_folder), hooks, guard)
    app = Flask("blogengine", template_folder=None, static_folder=None, root_path=str(Path.cwd()))
    build = Build(config, app, guard, hooks, host, SettingsStore(config), plugins)
    build.process, build.drop_ins = process, drop_ins
    began = time.perf_counter()
    for step in STEPS:
        with app.app_context():
            step(build)
        now = time.perf_counter()
        log.debug("%s took %.1f ms", step.__name__, (now - began) * 1000)
        began = now
    return app


def configure_flask(build: Build) -> None:
    """Limits of requests, and the key that signs cookies."""
    build.app.config.update(
        SECRET_KEY=build.config.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        PROPAGATE_EXCEPTIONS=False,
    )
    build.app.url_map.converters.update(CONVERTERS)
    if (proxies := build.config.trusted_proxies) > 0:
        build.app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            build.app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )


def open_database(build: Build) -> None:
    """Open both doors and refuse a database that isn't ours or isn't up to date."""
    db.start(build.app, build.config)
    if not inspect(db.engine).has_table(core_owner().version_table):
        raise OperatorError(
            f"There is no blog in {build.config.folder} yet.",
            code="site-not-initialised",
            action="Make one with `blogengine init`, or name another folder with --site.",
        )
    if pending(db.engine, [core_owner()]):
        raise OperatorError(
            "The database belongs to another version of blogengine.",
            code="database-other-version",
            action="Run `blogengine migrate`; if this code is the older one, install the newer.",
        )


def refuse_older_code(build: Build) -> None:
    """Refuse to serve a database that already counts on a later version of the engine."""
    oldest = read_state(db.reading()).oldest_code
    if version_of(__version__) < version_of(oldest):
        raise OperatorError(
            f"The database in {build.config.folder} needs blogengine {oldest} or later.",
            code="database-other-version",
            action="Install that version; nothing was touched.",
        )


def version_of(text: str) -> tuple[int, ...]:
    """Return a version's numbers, for comparing."""
    return tuple(int(part) for part in text.split(".") if part.isdigit())


def read_settings(build: Build) -> None:
    """Read all stored settings once; a request reads them again when their revision moved."""
    for variable in build.store.unknown():
        log.warning("%s is not a setting of this version and is ignored.", variable)
    build.store.reload(db.reading())
    build.app.extensions[REVISION] = read_state(db.reading()).settings_revision


def watch_plugins(build: Build) -> None:
    """Learn which plugins are paused, and watch what is going to run."""
    if build.config.trial:
        return
    sharing = open_sharing()
    build.app.extensions[SHARING] = sharing
    if build.process is None:
        sharing.exchange(build.guard)
        return
    watch = Watch(build.guard, sharing, build.process)
    build.app.extensions[WATCH] = watch
    watch.start()


def load_plugins(build: Build) -> None:
    """Import the enabled plugins; none in safe mode."""
    enabled = enabled_plugins(build.config) if build.plugins is None else tuple(build.plugins)
    if build.drop_ins:
        found = build.host.found.values()
        enabled = (*enabled, *(one.name for one in found if one.door == "drop-in"))
    build.host.load(enabled, passed_over=build.config.safe)
    build.host.block_unmigrated(db.engine)
    warn_of_outdated(build.host)


def make_site(build: Build) -> None:
    """Make the bag of services that plugins and views get."""
    store, taxonomies = build.store, build.taxonomies

    def mapper() -> Mapper:
        return Mapper(ZoneInfo(store.get(SITE, SiteSettings).timezone), taxonomies)

    renderer = Renderer()
    book = RecipeBook(
        build.host.found, store, lambda: build.assembled.contributions, trusted_plugins()
    )
    build.services = Site(
        id=read_state(db.reading()).site_id,
        config=build.config,
        posts=Posts(renderer, store, mapper, build.hooks, book.recipe),
        terms=Terms(mapper, renderer),
        users=Users(mapper),
        archives=Archives(mapper, store),
        hooks=build.hooks,
        host=build.host,
        guard=build.guard,
        store=store,
        taxonomies=taxonomies,
        assembled=build.assembled,
        widgets=Widgets(
            lambda: build.assembled.contributions.widgets,
            lambda: build.theme.regions if build.theme else REGIONS,
        ),
        db=SiteDatabase(),
        answer=respond_with,
    )
    build.hooks.bind(build.services)


def ask_plugins(build: Build) -> None:
    """Ask every plugin once what it contributes, and complete the bag with it."""
    contributions = collect(build.host)
    settings = build.store.get(SITE, SiteSettings)
    build.theme = contributions.themes.get(settings.theme)
    if settings.theme and build.theme is None and not build.config.safe:
        log.warning("The theme %s isn't there; plain pages are shown.", settings.theme)
    build.assembled.contributions = contributions
    build.assembled.environment = make_environment(contributions, build.theme)
    build.app.extensions[EXTENSION] = build.site


def make_pages(build: Build) -> None:
    """Read the theme's style sheets and get ready to make pages; plain ones without them."""
    contributions = build.assembled.contributions
    plain = dresses(None, contributions)
    try:
        dressed = dresses(build.theme, contributions)
    except OperatorError as error:
        log.error("%s", error)
        build.theme, dressed = None, plain
        build.assembled.environment = make_environment(contributions, None)
    plain_environment = make_environment(contributions, None)
    build.site.widgets.reload(db.reading())
    prepare = prepared(build.site.absolute)
    build.app.extensions[MAKER] = PageMaker(
        build.site,
        build.theme,
        dressed,
        plain,
        plain_environment,
        askers(build.host, build.site, "page_meta", prepare, ()),
        askers(build.host, build.site, "template_context", given, NO_VALUES),
        by_theme(build),
    )


def by_theme(build: Build) -> Callable[[Callable[[], str]], str | None]:
    """Return what makes a page with the theme's templates: None when they fail."""
    if build.theme is None:
        return make_page
    owner = build.assembled.contributions.theme_owners[build.theme.name]
    return build.guard.wrap(owner, "theme templates", make_page, None, answers=True)


def make_page(make: Callable[[], str]) -> str:
    """Make a page; here the theme's guard begins."""
    return make()


def add_plugin_routes(build: Build) -> None:
    """Put the plugins' blueprints on the app, each view behind the guard."""
    for name, blueprint in build.assembled.contributions.blueprints:
        add_blueprint(build.app, name, blueprint, build.guard)


def add_core_routes(build: Build) -> None:
    """Archives, the icon, plugins' files, and last what is left: posts and pages."""
    add_archive_routes(build.app, build.site)
    build.app.add_url_rule("/favicon.ico", "icon", show_icon)
    build.app.add_url_rule("/static/p/<path:path>", STATIC, show_static)
    build.app.add_url_rule("/<path:path>/", "post", show_path, methods=["GET", "POST"])
    build.app.add_url_rule("/<path:path>", "unslashed", add_slash)


def add_request_steps(build: Build) -> None:
    """What happens around every request, and how failures are told."""
    add_arrival(build.app)
    add_error_handlers(build.app)


STEPS: tuple[Callable[[Build], None], ...] = (
    configure_flask,
    open_database,
    refuse_older_code,
    read_settings,
    watch_plugins,
    load_plugins,
    make_site,
    ask_plugins,
    make_pages,
    add_plugin_routes,
    add_core_routes,
    add_request_steps,
)


def show_icon() -> tuple[bytes, dict[str, str]]:
    """Answer with the site's icon."""
    icon = (CORE_TEMPLATES / "icon.svg").read_bytes()
    return icon, {"Content-Type": "image/svg+xml", "Cache-Control": "public, max-age=604800"}
