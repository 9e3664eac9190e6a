"""What a manifest says, read from the file: whom a plugin requires is known before it runs."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from blogengine.host.finding import Found


@dataclass(frozen=True, slots=True)
class Declared:
    """The part of a manifest that others need; `known` is False when only running it would tell."""

    requires: tuple[str, ...] = ()
    api: int | None = None
    hosts: tuple[str, ...] | None = None
    known: bool = True


def declared(found: Found) -> Declared:
    """Read `plugin = Plugin(requires=(…), api=1)` without running the file."""
    if found.file is None:
        return Declared(known=False)
    try:
        return _declared(found.file.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError, OSError, RecursionError):
        return Declared(known=False)


# By the text, not by the file: an edited file is always read anew. A start asks several times.
@lru_cache(maxsize=256)
def _declared(text: str) -> Declared:
    call = _manifest(ast.parse(text))
    if call is None or any(keyword.arg is None for keyword in call.keywords):
        return Declared(known=False)
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    try:
        requires = ast.literal_eval(given["requires"]) if "requires" in given else ()
        api = ast.literal_eval(given["api"]) if "api" in given else None
        hosts = ast.literal_eval(given["hosts"]) if "hosts" in given else None
    except ValueError:  # computed: a name, a call
        return Declared(known=False)
    if not isinstance(requires, list | tuple):
        return Declared(known=False)
    return Declared(
        tuple(str(name) for name in requires),
        api if isinstance(api, int) else None,
        tuple(str(name) for name in hosts) if isinstance(hosts, tuple) else None,
    )


def _manifest(tree: ast.Module) -> ast.Call | None:
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        named = any(isinstance(item, ast.Name) and item.id == "plugin" for item in targets)
        value = getattr(node, "value", None)
        if named and isinstance(value, ast.Call):
            return value
    return None


def in_order(names: Iterable[str], requires: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the names so that what a plugin requires stands before it, else by name."""
    wanted = sorted(set(names))
    order: list[str] = []
    entered: set[str] = set()  # two that require each other must not go round for ever

    def visit(name: str) -> None:
        if name in entered or name not in wanted:
            return
        entered.add(name)
        for other in requires.get(name, ()):
            visit(other)
        order.append(name)

    for name in wanted:
        visit(name)
    return tuple(order)


def required_by(names: Iterable[str], requires: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return all that these require, over any number of steps, without the names themselves."""
    return _closure(names, lambda name: requires.get(name, ()))


def dependants_of(names: Iterable[str], requires: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return all that need one of these, over any number of steps, without the names themselves."""
    return _closure(names, lambda name: [one for one, needs in requires.items() if name in needs])


def _closure(names: Iterable[str], step: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
    start = set(names)
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        for other in step(waiting.pop()):
            if other not in found and other not in start:
                found.add(other)
                waiting.append(other)
    return tuple(sorted(found))
