"""Asking the plugins what they contribute; checked, guarded and frozen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask
from markupsafe import Markup, escape

from blogengine.contributions import (
    REGIONS,
    Contributions,
    Feed,
    Importer,
    PostExtra,
    Theme,
    Widget,
    in_order,
)
from blogengine.errors import PluginFault
from blogengine.guard import Guard
from blogengine.host.loading import Host, Unfit
from blogengine.web import CONVERTERS, Blueprint

V = TypeVar("V")


@dataclass(slots=True)
class Draft:
    """What one plugin contributes, until all of it is found sound."""

    widgets: list[Widget] = field(default_factory=list)
    extras: list[PostExtra] = field(default_factory=list)
    feeds: list[Feed] = field(default_factory=list)
    themes: list[Theme] = field(default_factory=list)
    importers: list[Importer] = field(default_factory=list)
    blueprints: list[Blueprint] = field(default_factory=list)


def collect(host: Host) -> Contributions:
    """Ask every loaded plugin once; one that answers wrongly is dropped as failed."""
    widgets: dict[str, list[Widget]] = defaultdict(list)
    extras: list[PostExtra] = []
    feeds: list[Feed] = []
    themes: dict[str, Theme] = {}
    owners: dict[str, str] = {}
    importers: dict[str, Importer] = {}
    blueprints: list[tuple[str, Blueprint]] = []
    folders: list[tuple[str, Path]] = []
    for name, plugin in list(host.loaded.items()):
        if name not in host.loaded:  # what it requires was dropped meanwhile
            continue
        try:
            draft = _ask(host, name, {feed.suffix for feed in feeds}, set(themes), set(importers))
        except Unfit as unfit:
            host.drop(name, unfit)
            continue
        for widget in draft.widgets:
            widgets[widget.region].append(widget)
        extras.extend(draft.extras)
        feeds.extend(draft.feeds)
        themes |= {theme.name: theme for theme in draft.themes}
        owners |= {theme.name: name for theme in draft.themes}
        importers |= {importer.name: importer for importer in draft.importers}
        blueprints.extend((name, blueprint) for blueprint in draft.blueprints)
        if plugin.folder is not None and (plugin.folder / "templates").is_dir():
            folders.append((name, plugin.folder / "templates"))
    return Contributions(
        {region: in_order(entries) for region, entries in widgets.items()},
        tuple(extras),
        tuple(feeds),
        themes,
        owners,
        importers,
        tuple(blueprints),
        tuple(folders),
    )


def _ask(host: Host, name: str, suffixes: set[str], themes: set[str], importers: set[str]) -> Draft:
    draft = Draft(
        widgets=_answers(host, name, "register_widgets", Widget),
        extras=_answers(host, name, "register_post_extras", PostExtra),
        feeds=_answers(host, name, "register_feeds", Feed),
        themes=_answers(host, name, "register_themes", Theme),
        importers=_answers(host, name, "register_importers", Importer),
        blueprints=_answers(host, name, "register_blueprints", Blueprint),
    )
    _unique(draft.widgets, "widget", set())
    _unique(draft.themes, "theme", themes)
    _unique(draft.importers, "importer", importers)
    for widget in draft.widgets:
        if widget.region not in REGIONS:
            raise Unfit("failed", f"There is no region {widget.region!r} for {widget.name}.")
    for feed in draft.feeds:
        if feed.suffix in suffixes:
            raise Unfit("failed", f"Another plugin already has feeds at {feed.suffix!r}.")
    for extra in draft.extras:
        if extra.name != name and not extra.name.startswith(f"{name}_"):
            raise Unfit("failed", f"The extra {extra.name!r} must begin with {name}_.")
    _try_routes(draft.blueprints)
    for blueprint in draft.blueprints:
        if blueprint.name != name and not blueprint.name.startswith(f"{name}_"):
            raise Unfit("failed", f"The blueprint {blueprint.name!r} must begin with {name}_.")
    return _guarded(draft, name, host.guard)


def _answers(host: Host, name: str, hook: str, kind: type[V]) -> list[V]:
    try:
        answer = host.hooks.ask(name, hook)
        values = list(answer or ())
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        host.guard.report(name, hook, error)
        raise Unfit("failed", f"{hook} raised {type(error).__name__}: {error}") from error
    for value in values:
        if not isinstance(value, kind):
            wrong = type(value).__name__
            raise Unfit("failed", f"{hook} must return {kind.__name__} values, not {wrong}.")
    return values


def _try_routes(blueprints: list[Blueprint]) -> None:
    """Put the blueprints on an app that is thrown away: a wrong rule is its plugin's fault."""
    scratch = Flask("scratch", static_folder=None, template_folder=None)
    scratch.url_map.converters.update(CONVERTERS)
    for blueprint in blueprints:
        try:
            scratch.register_blueprint(blueprint)
        except Exception as error:
            raise Unfit("failed", f"Its routes are wrong: {error}") from error


def _unique(values: list[Any], kind: str, taken: set[str]) -> None:
    for value in values:
        if value.name in taken:
            raise Unfit("failed", f"There is already a {kind} called {value.name!r}.")
        taken.add(value.name)


def _guarded(draft: Draft, name: str, guard: Guard) -> Draft:
    """Wrap every function a visitor's request can reach."""

    def wrap(what: str, function: Callable[..., Any], neutral: Any = None) -> Callable[..., Any]:
        return guard.wrap(name, what, function, neutral)

    nothing: Mapping[int, object] = {}
    draft.widgets = [
        replace(
            widget,
            name=widget.name if widget.name == name else f"{name}-{widget.name}",
            render=wrap(f"widget {widget.name}", _escaped(widget.render)),
        )
        for widget in draft.widgets
    ]
    draft.extras = [
        replace(extra, load=wrap(f"extra {extra.name}", _as_mapping(extra.load), nothing))
        for extra in draft.extras
    ]
    draft.feeds = [
        replace(feed, render=or_fault(name, f"feed {feed.name}", guard, feed.render))
        for feed in draft.feeds
    ]
    return draft


def _escaped(render: Callable[..., Any]) -> Callable[..., Markup | None]:
    """Let what a widget returned become text inside its guard: even that may fail."""

    def escaped(*args: Any) -> Markup | None:
        made = render(*args)
        if made is None or made == "":
            return None
        made = escape(made)
        made.encode("utf-8")  # a lone surrogate would break the whole page
        return made

    return escaped


def _as_mapping(load: Callable[..., Any]) -> Callable[..., dict[int, object]]:
    """Let an extra's answer become a dictionary inside its guard."""
    return lambda *args: dict(load(*args) or {})


def or_fault(
    plugin: str, what: str, guard: Guard, function: Callable[..., Any]
) -> Callable[..., Any]:
    """Guard a function that has to answer: no neutral value stands in, the request says so."""
    missing = object()
    guarded = guard.wrap(plugin, what, function, missing, answers=True)

    def answering(*args: Any, **kwargs: Any) -> Any:
        answer = guarded(*args, **kwargs)
        if answer is missing:
            raise PluginFault(
                f"The plugin {plugin} couldn't answer this request.",
                code="plugin-fault",
                action="The rest of the site works; its operator finds the error in the log.",
            )
        return answer

    answering.__name__ = getattr(function, "__name__", "view")
    return answering
