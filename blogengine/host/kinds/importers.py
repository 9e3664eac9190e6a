"""Importers: `blogengine import NAME SOURCE`."""

from __future__ import annotations

from collections.abc import Mapping

from blogengine.contributions import Importer
from blogengine.guard import Guard
from blogengine.host.kinds.kind import Kind, Owned, check_call, check_text, unique


def check(plugin: str, values: list[Importer], others: list[Owned[Importer]]) -> None:  # noqa: ARG001
    for importer in values:
        what = f"The importer {importer.name!r}"
        check_text(what, name=importer.name, title=importer.title)
        check_call(f"{what}: run", importer.run)
    unique("importer", values, others)


def guarded(plugin: str, importer: Importer, guard: Guard) -> Importer:  # noqa: ARG001
    """Nothing stands in for an import: whoever asked for it is to see the error."""
    return importer


def gather(owned: list[Owned[Importer]]) -> Mapping[str, object]:
    return {"importers": {importer.name: importer for _plugin, importer in owned}}


IMPORTERS = Kind("register_importers", Importer, check, guarded, gather)
