"""Blueprints: addresses of a plugin's own."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from flask import Flask, Response, current_app

from blogengine.answers import refusing_broken_headers, stay_here, typed
from blogengine.guard import Guard
from blogengine.host.kinds.kind import Kind, Owned, must_be, or_fault, prefixed
from blogengine.host.loading import Unfit
from blogengine.routes import keep
from blogengine.web import CONVERTERS, Blueprint


def check(plugin: str, values: list[Blueprint], others: list[Owned[Blueprint]]) -> None:  # noqa: ARG001
    """Put the blueprints on an app that is thrown away: a wrong rule is its plugin's fault."""
    scratch = Flask("scratch", static_folder=None, template_folder=None)
    scratch.url_map.converters.update(CONVERTERS)
    known: set[str] = set()
    for blueprint in values:
        prefixed(plugin, "blueprint", blueprint.name)
        try:
            scratch.register_blueprint(blueprint)
        except Exception as error:
            raise Unfit("failed", f"Its routes are wrong: {error}") from error
        for rule in scratch.url_map.iter_rules():
            # Flask has more ways to add one: a blueprint inside, a folder of files.
            declared = rule.endpoint in blueprint.policies or rule.endpoint in known
            must_be(declared, f"Its route {rule} declares no permission.")
        known |= blueprint.policies.keys()


def guarded(plugin: str, blueprint: Blueprint, guard: Guard) -> Blueprint:  # noqa: ARG001
    """The views are guarded where they are put on the app."""
    return blueprint


def add_blueprint(app: Flask, plugin: str, blueprint: Blueprint, guard: Guard) -> None:
    """Put a blueprint on the app, everything of it behind the guard."""
    app.register_blueprint(blueprint)

    def close(what: str, function: Callable[..., Any]) -> Callable[..., Any]:
        return or_fault(plugin, f"{what} {function.__name__}", guard, function)

    name = blueprint.name
    for endpoint, policy in blueprint.policies.items():
        keep(app, endpoint, policy)
        view = answering(app.view_functions[endpoint], plugin, endpoint, guard)
        app.view_functions[endpoint] = or_fault(plugin, f"route {endpoint}", guard, view)
    for functions in (app.before_request_funcs, app.after_request_funcs):
        if name in functions:
            steps: list[Any] = functions[name]
            steps[:] = [close("step", function) for function in steps]
    for by_class in app.error_handler_spec.get(name, {}).values():
        for kind, handler in by_class.items():
            by_class[kind] = close("error handler", handler)
    for processor in (app.teardown_request_funcs, app.template_context_processors):
        neutral: Any = {} if processor is app.template_context_processors else None
        if name in processor:
            found: list[Any] = processor[name]
            found[:] = [guard.wrap(plugin, f"step {f.__name__}", f, neutral) for f in found]


def answering(
    view: Callable[..., Any], plugin: str, endpoint: str, guard: Guard
) -> Callable[..., Response]:
    """Let a view's answer become a response inside its guard: what can't be one is its fault."""

    @functools.wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Response:
        with refusing_broken_headers():
            response = current_app.make_response(typed(view(*args, **kwargs)))
        stay_here(response)
        if response.is_streamed and not response.direct_passthrough:
            parts: Any = _streamed(response.response, plugin, endpoint, guard)
            response.response = parts
        return response

    return answer


def _streamed(
    parts: Iterable[Any], plugin: str, endpoint: str, guard: Guard
) -> Iterator[bytes | str]:
    """Pass on what a view streams; when it fails on the way the answer ends there."""
    steps = iter(parts)
    over = object()
    following = guard.wrap(plugin, f"route {endpoint}", lambda: next(steps, over), over)
    while (part := following()) is not over:
        yield part


def gather(owned: list[Owned[Blueprint]]) -> Mapping[str, object]:
    return {"blueprints": tuple(owned)}


BLUEPRINTS = Kind("register_blueprints", Blueprint, check, guarded, gather)
