"""What plugins add to the pipeline, in a form that a process without the site can carry out.

Everything in it is a name, a number or a text: a step is found again by the place of its function.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

EXTENSION = "extension"
SOURCE = "source"
HTML = "html"
TRUSTED = "trusted"


@dataclass(frozen=True, slots=True)
class Step:
    """One function of a plugin: `place` is its `module:name`, `hook` the hook that registered it.

    `schema` is the place of the plugin's settings dataclass, if the function wants an instance of
    it, made of `values`.
    """

    plugin: str
    hook: str
    kind: str
    name: str
    place: str
    order: float = 100
    schema: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Participant:
    """A plugin that takes part: its version, and for a drop-in its file and what that holds."""

    name: str
    version: str = ""
    file: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The steps of all plugins in the order they are taken."""

    steps: tuple[Step, ...] = ()
    participants: tuple[Participant, ...] = ()

    @property
    def plugins(self) -> frozenset[str]:
        """The names of the plugins that take part."""
        return frozenset(step.plugin for step in self.steps)

    def marks(self) -> tuple[str, ...]:
        """Return what the rendering depends on, as texts for the fingerprint."""
        who = (f"{item.name} {item.version} {item.digest}" for item in self.participants)
        what = (json.dumps(asdict(step), sort_keys=True) for step in self.steps)
        return (*who, *what)

    def as_message(self) -> dict[str, Any]:
        """Return the recipe as plain data for the child."""
        return asdict(self)

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Recipe:
        """Rebuild a recipe in the child."""
        return cls(
            tuple(Step(**step) for step in message["steps"]),
            tuple(Participant(**item) for item in message["participants"]),
        )


NO_PLUGINS = Recipe()


def in_order(steps: list[Step]) -> tuple[Step, ...]:
    """Sort steps by their order, ties by name."""
    return tuple(sorted(steps, key=lambda step: (step.order, step.name, step.plugin)))
