"""The step that makes `Site`, the bag of services."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from blogengine import __version__
from blogengine.actors import TABLE
from blogengine.archives import Archives
from blogengine.building.build import Build
from blogengine.contributions import REGIONS
from blogengine.db import db
from blogengine.doors.http import OutgoingHttp
from blogengine.guard import acting_plugin
from blogengine.host.recipes import RecipeBook
from blogengine.identity import open_identity
from blogengine.jobs import Jobs, Messenger, Runner
from blogengine.languages import Languages, Place
from blogengine.limits import open_limits
from blogengine.mail import Mail
from blogengine.operating import Operating
from blogengine.permissions import CORE_TABLE
from blogengine.pictures import Picture
from blogengine.posts import Autosaves, Bulk, Lines, PostLinks, Posts, Previews
from blogengine.posts.asking import labels_saving
from blogengine.preferences import Preferences
from blogengine.queries.rows import Mapper
from blogengine.rendering import Renderer
from blogengine.settings import SITE, SiteSettings
from blogengine.site import Site, SiteDatabase
from blogengine.starting import trusted_plugins
from blogengine.state import read_state
from blogengine.storage import open_storage
from blogengine.terms import Terms
from blogengine.themes import Themes
from blogengine.upkeep import core_jobs
from blogengine.users import Users
from blogengine.views.current import respond_with
from blogengine.views.previews import show_post
from blogengine.widgets import Widgets


def make_site(build: Build) -> None:
    """Make the bag of services that plugins and views get."""
    store, taxonomies = build.store, build.taxonomies

    def mapper() -> Mapper:
        return Mapper(ZoneInfo(store.get(SITE, SiteSettings).timezone), taxonomies)

    renderer = Renderer()
    book = RecipeBook(
        build.host.found, store, lambda: build.assembled.contributions, trusted_plugins()
    )
    core, site_id = core_jobs(), read_state(db.reading()).site_id
    jobs = Jobs(
        lambda: {**core, **build.assembled.contributions.jobs},
        build.guard,
        Runner(build.config.instance / "run"),
        Messenger(build.config.jobs_url, build.config.instance, site_id),
    )
    mail = Mail(jobs)

    def send(session: Session, to: str, subject: str, text: str, *, secret: bool = False) -> None:
        mail.send(session, to=to, subject=subject, text=text, secret=secret)

    limits = open_limits(build.config.secret_key, build.config.cache_url)
    pictures = known_pictures(build)
    posts = Posts(renderer, store, mapper, build.hooks, book.recipe, jobs.carry_out, pictures)
    build.services = Site(
        id=site_id,
        config=build.config,
        posts=posts,
        autosaves=Autosaves(),
        previews=Previews(posts, build.config.secret_key),
        lines=Lines(posts),
        links=PostLinks(posts),
        bulk=Bulk(posts, jobs),
        terms=Terms(mapper, renderer, build.hooks, rankings=known_rankings(build)),
        users=Users(mapper),
        archives=Archives(mapper, store),
        hooks=build.hooks,
        host=build.host,
        guard=build.guard,
        store=store,
        telemetry=build.telemetry,
        taxonomies=taxonomies,
        assembled=build.assembled,
        widgets=Widgets(
            lambda: build.assembled.contributions.widgets,
            lambda: build.look.regions if build.look else REGIONS,
        ),
        jobs=jobs,
        mail=mail,
        db=SiteDatabase(),
        limits=limits,
        identity=open_identity(
            build.config.secret_key,
            limits,
            title=lambda: store.get(SITE, SiteSettings).title,
            base_url=lambda: store.get(SITE, SiteSettings).base_url,
            scopes=lambda: build.app.extensions.get(TABLE, CORE_TABLE).names,
            mail=send,
            relabelled=lambda session, ids: labels_saving(build.hooks, session, lambda: ids),
        ),
        http=outgoing(build),
        storage=open_storage(build.config),
        preferences=Preferences(
            store, build.host, jobs, posts, lambda: build.assembled.contributions.themes
        ),
        themes=Themes(
            store,
            build.host,
            lambda: build.assembled.contributions,
            lambda: build.look.names if build.look else (),
        ),
        operating=Operating(jobs, build.host, build.telemetry),
        languages=Languages(lambda: speaking_plugins(build)),
        answer=respond_with,
        show=show_post,
    )
    build.hooks.bind(build.services)
    jobs.bind(build.services)
    build.services.mail.bind(build.services)


def speaking_plugins(build: Build) -> list[Place]:
    """Return where the running plugins keep their sentences; a single file has them beside it."""
    return [
        Place(name, plugin.module.__name__, Path(plugin.module.__file__).parent / "locale")
        for name, plugin in build.host.loaded.items()
        if plugin.module.__file__
    ]


def outgoing(build: Build) -> OutgoingHttp:
    """Make the door for requests to other machines: who asks, and which hosts a plugin declared."""

    def agent() -> str:
        address = build.store.get(SITE, SiteSettings).base_url
        return f"blogengine/{__version__}" + (f" (+{address})" if address else "")

    def ports() -> tuple[int, ...]:
        return tuple(
            int(port) for port in build.store.get(SITE, SiteSettings).outgoing_ports.split()
        )

    def hosts() -> tuple[str, ...] | None:
        plugin = build.host.loaded.get(acting_plugin())
        return plugin.manifest.hosts if plugin else None

    return OutgoingHttp(agent, ports, hosts)


def known_rankings(
    build: Build,
) -> Callable[[], Mapping[str, Callable[[Sequence[int]], Mapping[int, int] | None]]]:
    """Return what gives the plugins' rankings by name, each ready to be asked about posts."""
    return lambda: {
        name: functools.partial(one.count, build.site)
        for name, one in build.assembled.contributions.rankings.items()
    }


def known_pictures(build: Build) -> Callable[[Collection[str]], Mapping[str, Picture]]:
    """Return what asks the plugins for the pictures of a text."""

    def find(addresses: Collection[str]) -> Mapping[str, Picture]:
        found: dict[str, Picture] = {}
        for _plugin, source in build.assembled.contributions.picture_sources:
            found = {**source.find(build.site, addresses), **found}
        return found

    return find
