"""What the steps of `create_app` share while an app is built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import Flask

from blogengine.config import Config
from blogengine.contributions import Contributions
from blogengine.guard import Guard, Process
from blogengine.hooks import Hooks
from blogengine.host import Host
from blogengine.logs import Redactor
from blogengine.looks import Look
from blogengine.settings import SettingsStore
from blogengine.site import Assembled, Site
from blogengine.taxonomies import TAG, Taxonomy
from blogengine.telemetry import Failures, RequestFigures, Telemetry
from blogengine.templating import make_environment

SHARING = "blogengine.sharing"
WATCH = "blogengine.watch"


@dataclass
class Build:
    """An app that is being built: each step fills in what the next ones need."""

    config: Config
    app: Flask
    guard: Guard
    hooks: Hooks
    host: Host
    store: SettingsStore
    plugins: Sequence[str] | None = None
    process: Process | None = None
    drop_ins: bool = False
    telemetry: Telemetry = field(
        default_factory=lambda: Telemetry(Failures(None), RequestFigures(None), None)
    )
    redact: Redactor = field(default_factory=Redactor)
    taxonomies: dict[str, Taxonomy] = field(default_factory=lambda: {TAG.name: TAG})
    assembled: Assembled = field(
        default_factory=lambda: Assembled(Contributions(), make_environment(Contributions(), None))
    )
    look: Look | None = None
    services: Site | None = None

    @property
    def site(self) -> Site:
        assert self.services is not None, "The step make_site comes first."
        return self.services
