"""`site.themes`: the looks there are, which one is worn, and trying settings on real pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import Context
from dataclasses import dataclass

from flask import Flask, Response, current_app, request

from blogengine.actors import require
from blogengine.contributions import Contributions
from blogengine.doors.redirects import own_address
from blogengine.errors import BlogError, NotFound
from blogengine.host import Host
from blogengine.looks import find_look
from blogengine.schema import setting_fields
from blogengine.settings import SettingsStore, trying


@dataclass(frozen=True, slots=True)
class ThemeState:
    """A theme of a running plugin. `problem` says why it can't be worn, where it can't."""

    name: str
    title: str
    plugin: str
    parent: str = ""
    worn: bool = False
    problem: str = ""


class Themes:
    """Looks of the site."""

    def __init__(
        self,
        store: SettingsStore,
        host: Host,
        contributions: Callable[[], Contributions],
        worn: Callable[[], tuple[str, ...]],
    ) -> None:
        self._store = store
        self._host = host
        self._contributions = contributions
        self._worn = worn

    def worn(self) -> tuple[str, ...]:
        """Return the name of the theme that pages wear, and of its parents; () for plain pages."""
        return self._worn()

    def templates(self, kind: str) -> tuple[str, ...]:
        """Return the files of the worn theme, `post-….html` or `page-….html`, for a post's choice.

        `kind` is post or page.
        """
        themes = self._contributions().themes
        folders = [themes[name].templates for name in self._worn() if name in themes]
        return tuple(sorted({file.name for one in folders for file in one.glob(f"{kind}-*.html")}))

    def all(self) -> tuple[ThemeState, ...]:
        """Return the themes of running plugins, by title."""
        given = self._contributions()
        found = []
        for name, theme in given.themes.items():
            problem = ""
            try:
                find_look(given.themes, name)
            except BlogError as error:
                problem = str(error)
            owner = given.theme_owners[name]
            worn = self._worn()[:1] == (name,)
            found.append(ThemeState(name, theme.title, owner, theme.parent, worn, problem))
        return tuple(sorted(found, key=lambda state: state.title))

    def owners(self) -> tuple[str, ...]:
        """Return the plugins of the worn theme and its parents that have settings."""
        owners = self._contributions().theme_owners
        with_settings = [
            owner
            for owner in dict.fromkeys(owners[name] for name in self._worn())
            if (schema := self._host.loaded[owner].manifest.settings) and setting_fields(schema)
        ]
        return tuple(with_settings)

    def try_on(self, path: str, settings: Mapping[str, Mapping[str, object]]) -> Response:
        """Answer with a page of the site as a visitor would get it with these settings.

        They are whole sets of checked values by plugin and stored nowhere. Raises NotFound for
        what is no page, Denied unless who asks may change settings.
        """
        require("settings.edit")
        tried = {
            owner: schema(**values)
            for owner, values in settings.items()
            if (schema := self._host.loaded[owner].manifest.settings)
        }
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        place, root = own_address(path, otherwise="/"), request.host_url

        def show() -> Response:
            with trying(tried), app.test_request_context(place, base_url=root):
                return app.full_dispatch_request()

        page = Context().run(show)  # nothing of the request that asks: a visitor's page
        if page.mimetype != "text/html":
            raise NotFound(
                "There is no page to look at under this address.",
                code="preview-not-a-page",
                action="Choose another page for the preview.",
            )
        answer = Response(page.get_data(), page.status_code, content_type=page.content_type)
        answer.headers["Content-Security-Policy"] = page.headers["Content-Security-Policy"]
        answer.headers["X-Robots-Tag"] = "noindex"
        return answer
