"""The two doors: folders (built-in and the site's own) and the entry-point group.

Finding runs no plugin code: a summary comes from the first line of the docstring, read by `ast`.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType

from blogengine.dropins import load_drop_in

BUILT_IN = "blogengine_plugins"
GROUP = "blogengine.plugins"
NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")
RESERVED_NAMES = frozenset(
    (
        "core runtime site audit serve init post tag user token plugin import export backup "
        "migrate upgrade doctor probe rehearse jobs mail settings theme widget logs plan apply"
    ).split()
)
"""Names of the engine's own commands and owners, which no plugin may take."""


@dataclass(frozen=True, slots=True)
class Found:
    """A plugin that is there, enabled or not. `door` is built-in, drop-in or distribution."""

    name: str
    door: str
    location: str
    summary: str
    version: str
    file: Path | None = None
    entry: EntryPoint | None = None
    problem: str = ""

    @property
    def folder(self) -> Path | None:
        """The package's folder, where templates and migrations stand; None for a single file."""
        if self.file is not None and self.file.name == "__init__.py":
            return self.file.parent
        return None

    def load(self) -> ModuleType:
        """Import the plugin's module. Whatever its code raises comes through."""
        if self.entry is not None:
            loaded = self.entry.load()
            return loaded if isinstance(loaded, ModuleType) else sys.modules[self.entry.module]
        if self.door == "built-in":
            return importlib.import_module(f"{BUILT_IN}.{self.name}")
        assert self.file is not None
        return load_drop_in(self.name, self.file)


def find_plugins(plugin_folder: Path) -> dict[str, Found]:
    """Return all plugins by name. A name found twice has a `problem` and loads from nowhere."""
    found: dict[str, Found] = {}
    for plugin in (*_built_in(), *_drop_ins(plugin_folder), *_distributions()):
        twin = found.get(plugin.name)
        problem = plugin.problem
        if twin is not None:
            problem = (
                f"The name {plugin.name} is taken twice: {twin.location} and {plugin.location}. "
                "Remove or rename one of them."
            )
        elif plugin.name in RESERVED_NAMES or not NAME.fullmatch(plugin.name):
            problem = (
                f"{plugin.name!r} can't be a plugin's name: use 2 to 31 small letters, digits and "
                "underscores, and none of the engine's own command names."
            )
        found[plugin.name] = Found(
            plugin.name,
            plugin.door,
            plugin.location,
            plugin.summary,
            plugin.version,
            plugin.file,
            plugin.entry,
            problem,
        )
    return dict(sorted(found.items()))


def built_in_folders() -> list[Path]:
    """Return where the engine's own plugins stand."""
    spec = importlib.util.find_spec(BUILT_IN)
    return [Path(folder) for folder in (spec.submodule_search_locations or ())] if spec else []


def _built_in() -> Iterator[Found]:
    from blogengine import __version__

    for folder in built_in_folders():
        for file in _modules(folder):
            yield _from_file(file, "built-in", __version__)


def _drop_ins(folder: Path) -> Iterator[Found]:
    if folder.is_dir():
        for file in _modules(folder):
            yield _from_file(file, "drop-in", "")


def _modules(folder: Path) -> Iterator[Path]:
    try:
        paths = sorted(folder.iterdir())
    except OSError:  # a folder that can't be read holds nothing for us
        return
    for path in paths:
        package = path / "__init__.py"
        if path.name.startswith(("_", ".")) or path.name == BUILT_IN:
            continue
        if path.suffix == ".py" and path.is_file():
            yield path
        elif package.is_file():
            yield package


def _from_file(file: Path, door: str, version: str) -> Found:
    name = file.parent.name if file.name == "__init__.py" else file.stem
    location = str(file.parent if file.name == "__init__.py" else file)
    summary, own_version = _describe(file)
    return Found(name, door, location, summary, own_version or version, file)


def _distributions() -> Iterator[Found]:
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        file = module_file(entry.module)
        if file is None:
            continue  # its record was left behind, its files are gone
        dist = entry.dist
        summary = (dist.metadata["Summary"] or "") if dist else ""
        label = f"the distribution {dist.name if dist else entry.value}"
        version = dist.version if dist else ""
        yield Found(entry.name, "distribution", label, summary, version, file, entry)


def module_file(module: str) -> Path | None:
    """Return where an installed module stands, without running it or the packages it lies in."""
    top, *parts = module.split(".")
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError, AttributeError):
        return None
    if spec is None:
        return None
    if not parts and spec.origin:
        return Path(spec.origin) if Path(spec.origin).is_file() else None
    for folder in spec.submodule_search_locations or ():
        place = Path(folder, *parts)
        for file in (place / "__init__.py", place.with_suffix(".py")):
            if file.is_file():
                return file
    return None


def _describe(file: Path) -> tuple[str, str]:
    """Return the docstring's first line and `__version__`, without running the file."""
    try:
        return _described(file.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError, OSError):
        return "", ""


# By the text, not by the file: an edited file is always read anew. A start asks several times.
@lru_cache(maxsize=256)
def _described(text: str) -> tuple[str, str]:
    tree = ast.parse(text)
    summary = (ast.get_docstring(tree) or "").partition("\n")[0]
    version = ""
    for node in tree.body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id == "__version__"
            and isinstance(node.value, ast.Constant)
        ):
            version = str(node.value.value)
    return summary, version
