"""Which plugins use what goes away: read from their hooks, their source and their templates."""

from __future__ import annotations

import ast
import inspect
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType

from blogengine.deprecations import DEPRECATED, BlogEngineDeprecationWarning, Deprecated
from blogengine.hookspecs.markers import PROJECT
from blogengine.host.loading import Host, Loaded

API = "blogengine.api"


def uses_of(plugin: Loaded, entries: Sequence[Deprecated] | None = None) -> tuple[Deprecated, ...]:
    """Return what a loaded plugin uses of what goes away.

    Hooks, arguments and api names are read exactly. A field, a setting or a template variable is
    found by its name in the plugin's files, so an equal name of something else counts as well.
    """
    entries = DEPRECATED if entries is None else entries
    if not entries:
        return ()
    hooks = dict(implementations(plugin.module))
    words = _Words()
    for file in source_files(plugin):
        with suppress(SyntaxError, ValueError, OSError):  # not this one's to tell
            words.visit(ast.parse(file.read_text(encoding="utf-8")))
    templates = "\n".join(file.read_text("utf-8", "replace") for file in template_files(plugin))
    return tuple(entry for entry in entries if _used(entry, hooks, words, templates))


def warn_of_outdated(host: Host, entries: Sequence[Deprecated] | None = None) -> None:
    """Warn of every use of something that goes away, once for each plugin and thing."""
    found = []
    for name, plugin in host.loaded.items():
        for entry in uses_of(plugin, entries):
            found.append((name, f"{entry.thing}: {entry.sentence()}"))
            said = f"The plugin {name} uses {entry.thing}. {entry.sentence()}"
            warnings.warn(BlogEngineDeprecationWarning(said), stacklevel=2)
    host.remember_outdated(found)


def implementations(module: ModuleType) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the hooks that a plugin's module answers, each with the arguments it asks for."""
    for name, value in vars(module).items():
        if inspect.isroutine(value) and hasattr(value, f"{PROJECT}_impl"):
            yield name, frozenset(inspect.signature(value).parameters)


def source_files(plugin: Loaded) -> tuple[Path, ...]:
    """Return the Python files of a plugin, its tests aside."""
    if plugin.folder is None:
        return (Path(plugin.module.__file__ or ""),)
    files = sorted(plugin.folder.rglob("*.py"))
    return tuple(file for file in files if "tests" not in file.relative_to(plugin.folder).parts)


def template_files(plugin: Loaded) -> tuple[Path, ...]:
    """Return the templates of a plugin."""
    folder = plugin.folder / "templates" if plugin.folder else None
    return tuple(sorted(folder.rglob("*.html"))) if folder and folder.is_dir() else ()


class _Words(ast.NodeVisitor):
    """Collects what a source names: imports of the api, attributes, keyword arguments."""

    def __init__(self) -> None:
        self.imported: set[str] = set()
        self.attributes: set[str] = set()

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.module == API:
            self.imported |= {alias.name for alias in node.names}

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.attributes.add(node.attr)
        self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg is not None:
            self.attributes.add(node.arg)
        self.generic_visit(node)


def _used(
    entry: Deprecated, hooks: dict[str, frozenset[str]], words: _Words, templates: str
) -> bool:
    owner, _, last = entry.name.rpartition(".")
    match entry.kind:
        case "hook":
            return entry.name in hooks
        case "argument":
            return entry.argument in hooks.get(entry.name, ())
        case "api":
            return entry.name in words.imported or entry.name in words.attributes
        case "setting":
            return owner == "site" and "SiteSettings" in words.imported and last in words.attributes
        case "template variable":
            return re.search(rf"(?<![\w.]){re.escape(entry.name)}\b", templates) is not None
        case _:
            in_templates = re.search(rf"\.{re.escape(last)}\b", templates)
            return last in words.attributes or in_templates is not None
