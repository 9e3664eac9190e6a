"""What the plugins of one app add to rendering, written down for the process that renders."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from blogengine.contributions import Contributions
from blogengine.host.finding import Found
from blogengine.host.kinds.rendering import place_of
from blogengine.rendering.recipe import (
    EXTENSION,
    HTML,
    NO_PLUGINS,
    SOURCE,
    TRUSTED,
    Participant,
    Recipe,
    Step,
    in_order,
)
from blogengine.schema import setting_fields
from blogengine.settings import SettingsStore


@dataclass(slots=True)
class RecipeBook:
    """Gives the recipe of the moment: the steps are fixed for an app, settings are not.

    `consented` names the plugins whose trusted filters the owner agreed to.
    """

    found: Mapping[str, Found]
    store: SettingsStore
    contributions: Callable[[], Contributions]
    consented: Collection[str] = ()
    _participants: dict[str, Participant] = field(default_factory=dict)

    def recipe(self) -> Recipe:
        """Return what plugins do to a text that is rendered now."""
        known = self.contributions()
        if not (known.markdown_extensions or known.source_filters or known.html_filters):
            return NO_PLUGINS
        plain = [owned for owned in known.html_filters if not owned[1].trusted]
        trusted = [(owner, item) for owner, item in known.html_filters if item.trusted]
        agreed = [(owner, item) for owner, item in trusted if owner in self.consented]
        steps = (
            *self._steps(EXTENSION, "register_markdown_extensions", known.markdown_extensions),
            *self._steps(SOURCE, "register_source_filters", known.source_filters),
            *self._steps(HTML, "register_html_filters", plain),
            *self._steps(TRUSTED, "register_html_filters", agreed),
        )
        owners = sorted({step.plugin for step in steps})
        return Recipe(steps, tuple(self._participant(name) for name in owners))

    def _steps(self, kind: str, hook: str, owned: Iterable[tuple[str, Any]]) -> tuple[Step, ...]:
        return in_order(
            [
                Step(
                    owner,
                    hook,
                    kind,
                    value.name,
                    place_of(value.make if kind == EXTENSION else value.apply),
                    getattr(value, "order", 100),
                    place_of(value.settings) if value.settings else "",
                    self._values(owner, value.settings) if value.settings else {},
                )
                for owner, value in owned
            ]
        )

    def _values(self, owner: str, schema: type[Any]) -> dict[str, Any]:
        """Return a plugin's settings, without the secrets: none leaves this process."""
        values = asdict(self.store.get(owner, schema))
        secret = {item.name for item in setting_fields(schema) if item.rules.secret}
        return {name: value for name, value in values.items() if name not in secret}

    def _participant(self, name: str) -> Participant:
        known = self._participants.get(name)
        if known is None:
            known = self._participants[name] = _participant(self.found[name])
        return known


def _participant(found: Found) -> Participant:
    if found.door != "drop-in" or found.file is None:
        return Participant(found.name, found.version)
    return Participant(found.name, found.version, str(found.file), _digest(found))


def _digest(found: Found) -> str:
    """Return a hash of a drop-in's Python files: nobody raises the version of his own file."""
    assert found.file is not None
    files = sorted(found.folder.rglob("*.py")) if found.folder else [found.file]
    sums = [hashlib.sha256(Path(file).read_bytes()).hexdigest() for file in files]
    return hashlib.sha256("".join(sums).encode()).hexdigest()[:16]
