"""`Site`: the small frozen bag of services that plugins and views get instead of the app."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import flask
from flask import request
from jinja2 import Environment, TemplateNotFound
from markupsafe import Markup
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from blogengine import __version__, changes
from blogengine.actors import current_actor
from blogengine.answers import Response
from blogengine.archives import Archives
from blogengine.audit import Audit
from blogengine.config import Config
from blogengine.contributions import Contributions, Finding
from blogengine.db import db
from blogengine.doors.http import OutgoingHttp
from blogengine.errors import BlogError, NotFound
from blogengine.guard import Guard, acting_plugin
from blogengine.health import HealthCheck
from blogengine.hooks import Hooks
from blogengine.host import Host
from blogengine.identity import Identity
from blogengine.jobs import Jobs
from blogengine.languages import Languages, Tongue
from blogengine.limits import Limits
from blogengine.mail import Mail
from blogengine.menus import Menus
from blogengine.missing import Missing
from blogengine.notices import forget_taken, take_notice
from blogengine.operating import Operating
from blogengine.ownership import writing_as
from blogengine.posts import Autosaves, Bulk, Lines, PostLinks, Posts, Previews
from blogengine.preferences import Preferences
from blogengine.readiness import READINESS
from blogengine.settings import SITE, SettingsStore, SettingValue, SiteSettings
from blogengine.storage import Storage
from blogengine.taxonomies import Taxonomy
from blogengine.telemetry import Telemetry
from blogengine.templating import SiteView
from blogengine.terms import Terms
from blogengine.themes import Themes
from blogengine.users import Users
from blogengine.values import Link, Page, Post, Viewer
from blogengine.widgets import Widgets

S = TypeVar("S")
T = TypeVar("T")

ADMIN_LAYOUT = "admin/base.html"


class SiteDatabase:
    """The two doors for plugins, and the change log."""

    def reading(self) -> Connection:
        """Return this request's reading connection: one snapshot until a write."""
        return db.reading()

    @contextmanager
    def write(self, *keys: str) -> Iterator[Session]:
        """Open one short writing transaction; `keys` name the pages it makes stale.

        A key is `post:7` or begins with the plugin's name. Raises Retryable, OperatorError.
        """
        with db.write() as session:
            with writing_as(acting_plugin()):
                yield session
                session.flush()
            changes.record(session, keys)

    def touch(self, session: Session, *keys: str) -> None:
        """Name more pages that the running write makes stale, once they are known."""
        session.flush()
        with writing_as(""):
            changes.record(session, keys)
            session.flush()


@dataclass(slots=True)
class Assembled:
    """What is known only after the plugins were asked, which get the site before that."""

    contributions: Contributions
    environment: Environment


@dataclass(frozen=True, slots=True)
class Site:
    """The services of one site.

    `id` is a UUID that never changes, whatever becomes of title and domain.
    """

    id: str
    config: Config
    posts: Posts
    autosaves: Autosaves
    previews: Previews
    lines: Lines
    links: PostLinks
    bulk: Bulk
    terms: Terms
    users: Users
    archives: Archives
    hooks: Hooks
    host: Host
    guard: Guard
    store: SettingsStore
    telemetry: Telemetry
    taxonomies: Mapping[str, Taxonomy]
    assembled: Assembled
    widgets: Widgets
    jobs: Jobs
    mail: Mail
    db: SiteDatabase
    limits: Limits
    identity: Identity
    http: OutgoingHttp
    storage: Storage
    preferences: Preferences
    operating: Operating
    languages: Languages
    themes: Themes
    answer: Callable[[Page, str, Mapping[str, object]], Response]
    show: Callable[[Post], flask.Response]
    audit: Audit = field(default_factory=Audit)
    missing: Missing = field(default_factory=Missing)
    menus: Menus = field(default_factory=Menus)

    @property
    def contributions(self) -> Contributions:
        """Everything the enabled plugins registered."""
        return self.assembled.contributions

    @property
    def version(self) -> str:
        """The engine's version."""
        return __version__

    @property
    def readiness(self) -> tuple[HealthCheck, ...]:
        """What has to be fine for the site to take visitors: database, schema, disk, key."""
        return READINESS

    @property
    def environment(self) -> Environment:
        """The Jinja environment of the active theme."""
        return self.assembled.environment

    def settings(self, schema: type[S]) -> S:
        """Return the settings declared by a plugin's dataclass (or the core's SiteSettings)."""
        return self.store.get(self.owner_of(schema), schema)

    def explain(self, schema: type[Any]) -> tuple[SettingValue, ...]:
        """Return every setting of a dataclass with its value and where that comes from."""
        return self.store.explain(self.owner_of(schema), schema)

    def owner_of(self, schema: type[Any]) -> str:
        """Return the plugin that declared a settings dataclass."""
        if schema is SiteSettings:
            return SITE
        for name, plugin in self.host.loaded.items():
            if plugin.manifest.settings is schema:
                return name
        raise LookupError(f"No running plugin declares the settings {schema.__name__}.")

    def findings(self, post: Post) -> tuple[tuple[str, Finding], ...]:
        """Return what the publish checks find in a post, each with the check: `PLUGIN.NAME`."""
        return tuple(
            (f"{plugin}.{check.name}", finding)
            for plugin, check in self.contributions.publish_checks
            for finding in check.run(self, post)
        )

    @property
    def base_url(self) -> str:
        """The public address without a trailing slash; empty when nobody said it."""
        return self.settings(SiteSettings).base_url

    @property
    def locale(self) -> Tongue:
        """The language of public pages, mails and feeds: dates, numbers, lists, order."""
        return self.languages.tongue(self.settings(SiteSettings).language)

    def local(self, moment: datetime) -> datetime:
        """Return a moment in the site's time zone; a naive one is read as standing in it."""
        zone = ZoneInfo(self.settings(SiteSettings).timezone)
        return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)

    def absolute(self, path: str) -> str:
        """Return the public URL of a path of this site."""
        return self.base_url + path

    def feed_links(
        self, path: str = "/", name: str = "", *, query: str = "", streams: bool = False
    ) -> tuple[Link, ...]:
        """Return the feeds of the list at a path, to be advertised and shown.

        `streams` leaves out the feeds that tell archives only; `query` is that of the list.
        """
        subject = f"{name}: " if name else ""
        asked = f"?{query}" if query else ""
        return tuple(
            Link(path + feed.suffix + asked, f"{subject}{feed.title}", "alternate", feed.media_type)
            for feed in self.contributions.feeds
            if feed.stream is not None or not streams
        )

    def static(self, plugin: str, file: str) -> str:
        """Return the address of a plugin's registered file; "" when there is none.

        Templates say `static("copy_code", "copy.css")`.
        """
        return self.contributions.addresses.get((plugin, file), "")

    def render(self, template: str, **context: object) -> Markup:
        """Render a template (a plugin's own, or the theme's version of it)."""
        return Markup(self.environment.get_template(template).render(context))

    def page(self, page: Page, template: str, **context: object) -> Response:
        """Answer with a page of a plugin's own, in the site's layout.

        `template` extends `base.html` and fills its block `main`; `page.kind` is "plugin". The
        answer is never cached.
        """
        return self.answer(page, template, context)

    def preview(self, post: Post) -> flask.Response:
        """Answer with a post's page in the theme, such as `site.previews.render()` made it.

        It isn't indexed and nobody stores it.
        """
        return self.show(post)

    def admin_page(
        self,
        title: str,
        template: str,
        *,
        error: BlogError | None = None,
        trail: Sequence[Link] = (),
        **context: object,
    ) -> Response:
        """Answer with a page of the admin: `template` extends `admin/base.html`, block `main`.

        With an `error` its sentence stands above, its fields are marked, and the fields of the
        form that was sent show what was sent. `trail` are the pages above this one. The template
        sees `title`, `error`, `field_errors`, `given`, `notice` and `trail` besides `context`.
        """
        try:
            self.environment.get_template(ADMIN_LAYOUT)
        except TemplateNotFound:
            raise NotFound(
                "The admin is switched off.",
                code="admin-off",
                action="Switch it on with: blogengine plugin enable admin",
            ) from None
        page = Page("admin", title=title, heading=title, status=error.status if error else 200)
        given = request.form.to_dict() if error and request.method == "POST" else {}
        response = self.answer(
            page,
            template,
            {
                "title": title,
                "trail": tuple(trail),
                "error": error,
                "field_errors": {name: said for name, _code, said in error.errors} if error else {},
                "given": given,
                "notice": take_notice(),
                **context,
            },
        )
        forget_taken(response)
        return response

    def log(self, plugin: str) -> logging.Logger:
        """Return a plugin's logger."""
        return logging.getLogger(f"blogengine.plugins.{plugin}")


@dataclass(slots=True)
class WidgetContext:
    """What a widget's `render` gets: the site, the page it stands on, and who reads.

    `title` is what the owner calls the widget, else its own title.
    """

    site: Site
    view: SiteView
    page: Page
    keys: set[str]
    title: str = ""
    shared: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def viewer(self) -> Viewer:
        """Who reads. A page that asks differs by visitor, and no shared cache keeps it for all."""
        return current_actor().viewer

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Return what `make` gave for this page: widgets that share it call it once together.

        Begin the name with the plugin's.
        """
        if name not in self.shared:
            self.shared[name] = make()
        found: T = self.shared[name]
        return found

    def depends_on(self, *keys: str) -> None:
        """Name surrogate keys that make the page stale when they change."""
        self.keys.update(keys)

    def render(self, template: str, **context: object) -> Markup:
        """Render a template of the plugin; it sees `site` and `page` as the page's own does.

        `title` is the widget's.
        """
        given = {"site": self.view, "page": self.page, "title": self.title, **context}
        return self.site.render(template, **given)
