"""Editor panels: fields of plugins beside the text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from markupsafe import Markup, escape

from blogengine.guard import Guard
from blogengine.host.kinds.kind import Kind, Owned, check_call, check_text, must_be, unique
from blogengine.panels import NOTHING, EditorPanel


def check(
    plugin: str,  # noqa: ARG001
    values: list[EditorPanel],
    others: list[Owned[EditorPanel]],  # noqa: ARG001
) -> None:
    for value in values:
        what = f"The editor panel {value.name!r}"
        check_text(what, name=value.name, title=value.title)
        must_be(value.name.isidentifier(), f"{what}: its name must be one word.")
        must_be(isinstance(value.order, int | float), f"{what}: order must be a number.")
        check_call(f"{what}: show", value.show)
        for name in ("save", "check"):
            if (function := getattr(value, name)) is not None:
                check_call(f"{what}: {name}", function)
    unique("editor panel", values, [])


def guarded(plugin: str, value: EditorPanel, guard: Guard) -> EditorPanel:
    what = f"editor panel {value.name}"
    show = guard.wrap(plugin, what, _escaped(value.show), Markup(""))
    save = value.save and guard.wrap(plugin, what, _told(value.save), False)
    look = value.check and guard.wrap(plugin, what, _sentences(value.check), NOTHING)
    return replace(value, show=show, save=save, check=look)


def _escaped(show: Callable[..., Any]) -> Callable[..., Markup]:
    """Look inside the guard that a panel is something to show."""

    def escaped(*args: Any) -> Markup:
        made = show(*args)
        if made is None:
            return Markup("")
        if not isinstance(made, str) and not hasattr(made, "__html__"):
            raise TypeError(f"it returned {type(made).__name__}, not Markup")
        found = escape(made)
        found.encode("utf-8")
        return found

    return escaped


def _told(save: Callable[..., Any]) -> Callable[..., bool]:
    """Return True from a save that went well: the guard answers False for any other."""

    def told(*args: Any) -> bool:
        save(*args)
        return True

    return told


def _sentences(look: Callable[..., Any]) -> Callable[..., Mapping[str, str]]:
    """Look inside the guard that a check returns sentences by field."""

    def sentences(*args: Any) -> Mapping[str, str]:
        found = dict(look(*args) or {})
        for name, said in found.items():
            if not (isinstance(name, str) and isinstance(said, str)):
                raise TypeError("it must return texts by the names of fields")
        return found

    return sentences


def gather(owned: list[Owned[EditorPanel]]) -> Mapping[str, object]:
    return {"editor_panels": tuple(sorted(owned, key=lambda one: (one[1].order, one[0])))}


EDITOR_PANELS = Kind("register_editor_panels", EditorPanel, check, guarded, gather)
