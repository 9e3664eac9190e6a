"""The step that gets ready to make pages, with the theme or without it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from blogengine.building.build import Build
from blogengine.db import db
from blogengine.errors import OperatorError
from blogengine.head import dresses
from blogengine.host.asking import askers
from blogengine.pages import PageMaker
from blogengine.tags import prepared
from blogengine.templating import NO_VALUES, given, make_environment
from blogengine.views.current import MAKER

log = logging.getLogger(__name__)


def make_pages(build: Build) -> None:
    """Read the theme's style sheets and get ready to make pages; plain ones without them."""
    contributions = build.assembled.contributions
    plain = dresses(None, contributions)
    try:
        dressed = dresses(build.look, contributions)
    except OperatorError as error:
        log.error("%s", error)
        build.look, dressed = None, plain
        build.assembled.environment = make_environment(contributions, None)
    plain_environment = make_environment(contributions, None)
    build.site.widgets.reload(db.reading())
    prepare = prepared(build.site.absolute)
    build.app.extensions[MAKER] = PageMaker(
        build.site,
        build.look,
        dressed,
        plain,
        plain_environment,
        askers(build.host, build.site, "page_meta", prepare, ()),
        askers(build.host, build.site, "template_context", given, NO_VALUES),
        by_theme(build),
        own_templates(build),
    )


def own_templates(build: Build) -> frozenset[str]:
    """Return the templates of the theme and its parents, among which terms may have their own."""
    folders = [theme.templates for theme in build.look.chain] if build.look else []
    return frozenset(file.name for folder in folders for file in folder.glob("*.html"))


def by_theme(build: Build) -> Callable[[Callable[[], str]], str | None]:
    """Return what makes a page with the theme's templates: None when they fail."""
    if build.look is None:
        return make_page
    owner = build.assembled.contributions.theme_owners[build.look.theme.name]
    return build.guard.wrap(owner, "theme templates", make_page, None, answers=True)


def make_page(make: Callable[[], str]) -> str:
    """Make a page; here the theme's guard begins."""
    return make()
