"""All checks in order, from the files to what plugins say themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from blogengine.checkup.database import check_clock, check_database, check_migrations
from blogengine.checkup.files import check_files
from blogengine.checkup.lists import check_lists
from blogengine.checkup.outgoing import check_jobs, check_mail
from blogengine.checkup.plugins import check_plugins
from blogengine.checkup.trouble import Trouble
from blogengine.config import Config
from blogengine.db import explained
from blogengine.errors import BlogError
from blogengine.health import HealthCheck

if TYPE_CHECKING:
    from blogengine.site import Site

CHECKS: tuple[tuple[str, Callable[[Config], Iterable[Trouble]]], ...] = (
    ("files", check_files),
    ("database", check_database),
    ("migrations", check_migrations),
    ("clock", check_clock),
    ("lists", check_lists),
    ("plugins", check_plugins),
)
"""What is looked at without building the site: it may be what is broken."""


def examine(config: Config, build: Callable[[], Site]) -> Iterator[tuple[str, list[Trouble]]]:
    """Yield each check's name with what it found; a check that can't be made is a trouble too.

    `build()` returns the site, for the checks that need it running.
    """
    for name, check in CHECKS:
        yield name, _found(name, partial(check, config))
    try:
        site = build()
    except BlogError as error:
        yield "site", [Trouble("site", error.message, error.action)]
        return
    yield "configuration", list(_configuration(site))
    for own in site.readiness:
        yield own.name, _found(own.name, partial(_asked, own.name, own, site))
    yield "languages", _found("languages", partial(_languages, site))
    yield "mail", _found("mail", partial(check_mail, site))
    yield "jobs", _found("jobs", partial(check_jobs, site))
    for plugin, theirs in site.contributions.health_checks:
        yield theirs.name, list(_asked(plugin, theirs, site))


def _found(name: str, check: Callable[[], Iterable[Trouble]]) -> list[Trouble]:
    try:
        return list(check())
    except BlogError as error:
        return [Trouble(name, error.message, error.action)]
    except DBAPIError as error:
        told = explained(error)
        return [Trouble(name, told.message, told.action)]


def _configuration(site: Site) -> Iterator[Trouble]:
    for variable in site.store.unknown():
        said = f"{variable} is not a setting of this version."
        yield Trouble("configuration", said, "Remove it, or correct its name.", "warn")


def _languages(site: Site) -> Iterator[Trouble]:
    """Read the catalogues of all languages that somebody may meet here."""
    for code in {site.locale.code, *site.languages.offered()}:
        site.languages.tongue(code)
    for one in site.languages.misfits():
        said = f"The catalogue {one.language} of {one.domain}: {one.reason}"
        yield Trouble(
            "languages", said, "Mend it, or ask its author; pages go on in English.", "warn"
        )


def _asked(area: str, check: HealthCheck, site: Site) -> Iterator[Trouble]:
    health = check.run(site)
    if health.state != "ok":
        said = health.sentence or f"Not so: {check.title}."
        yield Trouble(area, said, health.fix, health.state)
