"""Give boxes titles of their own, fold them, know more words than GitHub's five, and `!!! note`."""

from __future__ import annotations

from typing import Any

from blogengine.api import MarkdownExtension, Plugin, hookimpl
from blogengine_plugins.alerts.settings import AlertSettings

plugin = Plugin(summary=__doc__, api=1, settings=AlertSettings)


def make_alerts(settings: AlertSettings) -> Any:
    # Python-Markdown is imported only where texts are rendered.
    from blogengine_plugins.alerts.extension import Alerts

    return Alerts(settings.words)


@hookimpl
def register_markdown_extensions() -> list[MarkdownExtension]:
    return [MarkdownExtension("alerts", make_alerts, settings=AlertSettings)]
