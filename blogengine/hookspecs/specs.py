"""What is known of a hook from its specification alone."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from blogengine.hookspecs.markers import CLOSED, PROJECT, REJECTABLE, Closed


@dataclass(frozen=True, slots=True)
class HookSpec:
    """One hook: who offers it (nobody: the engine), and how it is called.

    `told` hooks return nothing. `rejectable` ones are called one by one. Those that are `inside`
    get the session of a running write. A `first` one has one answer, the others a list.
    """

    name: str
    owner: str
    function: Callable[..., Any]
    arguments: tuple[str, ...]
    told: bool
    inside: bool
    rejectable: bool
    first: bool
    closed: Closed | None

    @property
    def event(self) -> bool:
        """Whether it tells of something, by its name."""
        return self.name.removeprefix(f"{self.owner}_").startswith("on_")


def specs_in(module: ModuleType, owner: str = "") -> Iterator[HookSpec]:
    """Yield the hooks that a module specifies, in the order of the source."""
    for name, item in vars(module).items():
        if not hasattr(item, f"{PROJECT}_spec"):
            continue
        signature = inspect.signature(item)
        arguments = tuple(signature.parameters)
        nothing = signature.return_annotation in (None, "None")
        event = name.removeprefix(f"{owner}_").startswith("on_")
        options = getattr(item, f"{PROJECT}_spec")
        yield HookSpec(
            name,
            owner,
            item,
            arguments,
            told=event and nothing,
            inside="session" in arguments,
            rejectable=hasattr(item, REJECTABLE),
            first=bool(options.get("firstresult")),
            closed=getattr(item, CLOSED, None),
        )
