"""From a `Page` to the response: extras, regions, template, headers, in that order."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

import flask
from flask import g, request
from jinja2 import Environment
from markupsafe import Markup
from werkzeug.http import http_date

from blogengine import __version__
from blogengine.answers import Response
from blogengine.clock import utcnow
from blogengine.head import ADMIN_KIND, Dress, head_markup, with_rule
from blogengine.host.asking import Askers
from blogengine.languages import direction
from blogengine.looks import Look
from blogengine.settings import SiteSettings
from blogengine.site import Site, WidgetContext
from blogengine.state import SiteState
from blogengine.templating import NOBODY, PluginValues, SiteView
from blogengine.values import NOTHING, Page, Post
from blogengine.widgets import KEY as WIDGETS

log = logging.getLogger(__name__)

TEMPLATES = {
    "home": "list.html",
    "term": "list.html",
    "author": "list.html",
    "date": "list.html",
    "post": "post.html",
    "page": "page.html",
    "terms": "terms.html",
    "protected": "protected.html",
    "error": "error.html",
}


@dataclass(frozen=True, slots=True)
class PageMaker:
    """Makes responses of pages for one site with its active theme."""

    site: Site
    look: Look | None
    dresses: Mapping[str, Dress]
    plain_dresses: Mapping[str, Dress]
    plain_environment: Environment
    meta: Askers = ()
    context: Askers = ()
    by_theme: Callable[[Callable[[], str]], str | None] = lambda make: make()
    known: frozenset[str] = frozenset()

    def respond(
        self,
        page: Page,
        state: SiteState | None,
        *,
        template: str = "",
        context: Mapping[str, object] = NOTHING,
    ) -> Response:
        """Return the whole response; the body is empty after a matching If-None-Match.

        `template` and `context` are those of a plugin's own page, which is never cached. A
        template of the theme that fails is its plugin's fault: `by_theme` returns None and the
        engine's plain page answers instead.
        """
        page = replace(page, posts=self._with_extras(page.posts, "list"))
        if page.post is not None:
            (post,) = self._with_extras((page.post,), "post")
            page = replace(page, post=post)
        keys = set(page.keys) | {f"post:{post.id}" for post in page.posts}
        keys.update(f"settings:{name}" for name, _ask in (*self.meta, *self.context))
        keys.update(f"settings:{name}" for name in self._makers())

        plain = page.kind == ADMIN_KIND  # whatever becomes of the theme

        dress = self._dress(page.kind)

        def make() -> str:
            words: dict[str, Any] = {"template": template, "context": context}
            return self._body(page, state, keys, dress, plain=plain, **words)

        # A page of a plugin's own is made behind the guard of its route.
        body = make() if template else self.by_theme(make)
        if body is None:
            dress = self.plain_dresses[page.kind]
            body = self._body(page, state, keys, dress, plain=True)
        response = Response(body, page.status, content_type="text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = dress.policy
        g.surrogate_keys = keys
        if page.status == 200 and page.kind not in ("protected", "plugin", ADMIN_KIND):
            make_cacheable(response, page.updated_at)
        else:
            response.headers["Cache-Control"] = "no-store"
        return response

    def _dress(self, kind: str) -> Dress:
        """Return what pages of a kind carry now, with the theme's custom properties."""
        if kind == ADMIN_KIND:
            return self.plain_dresses[kind]
        rule = self.look.rule(self.site) if self.look else ""
        return with_rule(self.dresses[kind], rule) if rule else self.dresses[kind]

    def _makers(self) -> set[str]:
        """Return the plugins whose themes the site wears."""
        owners = self.site.contributions.theme_owners
        return {owners[name] for name in self.look.names} if self.look else set()

    def _with_extras(self, posts: Sequence[Post], view: str) -> tuple[Post, ...]:
        """Give the posts what plugins registered for them: one call per extra."""
        loaders = [extra for extra in self.site.contributions.extras if view in extra.views]
        if not posts or not loaders:
            return tuple(posts)
        loaded = {extra.name: extra.load(self.site, posts) or {} for extra in loaders}
        return tuple(
            replace(
                post,
                extras=MappingProxyType(
                    {name: found[post.id] for name, found in loaded.items() if post.id in found}
                ),
            )
            for post in posts
        )

    def _body(
        self,
        page: Page,
        state: SiteState | None,
        keys: set[str],
        dress: Dress,
        *,
        plain: bool = False,
        template: str = "",
        context: Mapping[str, object] = NOTHING,
    ) -> str:
        settings = self.site.settings(SiteSettings)
        view = SiteView(
            settings.title,
            settings.tagline,
            settings.language,
            settings.base_url,
            state.menu if state else (),
            __version__,
            direction(settings.language),
        )
        given = NOBODY
        if self.context and not plain:
            given = PluginValues({name: ask(page) for name, ask in self.context})
        tags = [tag for _name, ask in self.meta for tag in ask(page)] if self.meta else ()
        environment = self.plain_environment if plain else self.site.environment
        return environment.get_template(template or self._template(page, plain=plain)).render(
            context,
            site=view,
            page=page,
            head=head_markup(page, dress, settings.title, self.site.absolute, tags),
            plugins=given,
            region=self._regions(page, view, keys),
        )

    def _template(self, page: Page, *, plain: bool) -> str:
        """Return the template of a page; a post or term may have one of its own in the theme."""
        if page.post is not None and page.post.template in self.known and not plain:
            own_page = page.kind in ("post", "page")
            return page.post.template if own_page else TEMPLATES[page.kind]
        if page.archive is not None and page.archive.taxonomy and not plain:
            own = [term.slug for term in page.archive.terms if len(page.archive.terms) == 1]
            wanted = [f"{page.archive.taxonomy}-{slug}.html" for slug in own]
            for name in (page.archive.template, *wanted, f"{page.archive.taxonomy}.html"):
                if name in self.known:
                    return name
        return TEMPLATES[page.kind]

    def _regions(self, page: Page, view: SiteView, keys: set[str]) -> Callable[[str], Markup]:
        keys.add(WIDGETS)
        site = self.site
        here = site.widgets.arrangement.of_kind(page.kind)
        shared: dict[str, Any] = {}

        def region(name: str) -> Markup:
            parts = []
            for item in here.get(name, ()):
                context = WidgetContext(site, view, page, keys, item.title, shared)
                if made := item.widget.render(context):
                    parts.append(f"{item.opening}{made}</section>")
            return Markup("\n".join(parts))

        return region


def make_cacheable(response: flask.Response, updated_at: datetime | None) -> None:
    """Give a public answer its validators, and answer 304 where the client has it already.

    Only the entity tag is compared: a date has whole seconds and says nothing of widgets, so it
    would call a page unchanged that isn't.
    """
    digest = hashlib.sha256(response.get_data()).hexdigest()[:32]
    response.set_etag(digest)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Cache-Status"] = "blogengine; fwd=bypass"
    response.headers["Last-Modified"] = http_date(updated_at or utcnow())
    if request.if_none_match.contains_weak(digest):
        response.status_code = 304
        response.set_data(b"")
        response.headers.pop("Content-Length", None)
