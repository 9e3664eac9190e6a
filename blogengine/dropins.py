"""Loading a drop-in: a plugin that is a file or a folder of its site, on no import path."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

LOCAL = "blogengine_local"


def load_drop_in(name: str, file: Path) -> ModuleType:
    """Load a drop-in by its place; `sys.path` isn't touched, so it can shadow nothing.

    It is run anew for every app that is built, so two sites in one process stay apart.
    """
    if LOCAL not in sys.modules:
        parent = ModuleType(LOCAL)
        parent.__path__ = []
        sys.modules[LOCAL] = parent
    full = f"{LOCAL}.{name}"
    for loaded in [key for key in sys.modules if key == full or key.startswith(f"{full}.")]:
        del sys.modules[loaded]
    folders = [str(file.parent)] if file.name == "__init__.py" else None
    spec = importlib.util.spec_from_file_location(full, file, submodule_search_locations=folders)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} can't be loaded as a Python file.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[full] = module
    spec.loader.exec_module(module)
    return module
