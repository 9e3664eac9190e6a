"""Blueprints: addresses of a plugin's own."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask

from blogengine.guard import Guard
from blogengine.host.kinds.kind import Kind, Owned, prefixed
from blogengine.host.loading import Unfit
from blogengine.web import CONVERTERS, Blueprint


def check(plugin: str, values: list[Blueprint], others: list[Owned[Blueprint]]) -> None:  # noqa: ARG001
    """Put the blueprints on an app that is thrown away: a wrong rule is its plugin's fault."""
    scratch = Flask("scratch", static_folder=None, template_folder=None)
    scratch.url_map.converters.update(CONVERTERS)
    for blueprint in values:
        prefixed(plugin, "blueprint", blueprint.name)
        try:
            scratch.register_blueprint(blueprint)
        except Exception as error:
            raise Unfit("failed", f"Its routes are wrong: {error}") from error


def guarded(plugin: str, blueprint: Blueprint, guard: Guard) -> Blueprint:  # noqa: ARG001
    """The views are guarded where they are put on the app."""
    return blueprint


def gather(owned: list[Owned[Blueprint]]) -> Mapping[str, object]:
    return {"blueprints": tuple(owned)}


BLUEPRINTS = Kind("register_blueprints", Blueprint, check, guarded, gather)
