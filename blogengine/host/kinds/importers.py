"""Importers: `blogengine import NAME SOURCE`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from blogengine.contributions import Importer, ImportReport
from blogengine.errors import PluginFault
from blogengine.guard import Guard, acting_as
from blogengine.host.kinds.kind import Kind, Owned, check_call, check_text, unique


def check(plugin: str, values: list[Importer], others: list[Owned[Importer]]) -> None:  # noqa: ARG001
    for importer in values:
        what = f"The importer {importer.name!r}"
        check_text(what, name=importer.name, title=importer.title)
        check_call(f"{what}: run", importer.run)
    unique("importer", values, others)


def guarded(plugin: str, importer: Importer, guard: Guard) -> Importer:  # noqa: ARG001
    """Nothing stands in for an import: whoever asked for it is to see the error."""

    def run(*args: Any) -> ImportReport:
        with acting_as(plugin):
            report: Any = importer.run(*args)
        if not isinstance(report, ImportReport):
            wrong = type(report).__name__
            raise PluginFault(
                f"The importer {importer.name} returned {wrong}, not an ImportReport.",
                code="plugin-fault",
                action="What it saved is saved; report it to its author.",
            )
        return report

    return replace(importer, run=run)


def gather(owned: list[Owned[Importer]]) -> Mapping[str, object]:
    return {"importers": {importer.name: importer for _plugin, importer in owned}}


IMPORTERS = Kind("register_importers", Importer, check, guarded, gather)
