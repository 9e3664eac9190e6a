"""`pytest --blogengine-check=NAME`: each check of a plugin as a test."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest


def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add the checks behind the project's own tests."""
    name = config.getoption("--blogengine-check")
    made = Checks.from_parent(session, name=f"check of {name}", nodeid=f"blogengine::{name}")
    items += made.collect()


class Checks(pytest.Collector):
    """All checks of one plugin."""

    def collect(self) -> Iterator[pytest.Item]:
        from blogengine.testing.checks import ALL

        plugin = self.config.getoption("--blogengine-check")
        for check in ALL:
            item = Checked.from_parent(self, name=f"{check.number} {check.title}")
            item.plugin, item.number = plugin, check.number
            yield item


class Checked(pytest.Item):
    """One check."""

    plugin = ""
    number = ""

    def runtest(self) -> None:
        """Run all checks at the first one, and tell this one's result."""
        plugins = Path(self.config.rootpath) / "plugins"
        result = report(self.plugin, plugins)[self.number]
        if result[0] == "skipped":
            pytest.skip(result[1][0])
        if result[0] == "failed":
            pytest.fail("\n".join(result[1]), pytrace=False)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.config.rootpath, None, f"{self.plugin}: {self.name}"


@cache
def report(plugin: str, plugins: Path) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return state and findings of every check; they are run once."""
    from blogengine.testing.checking import check_plugin

    found = check_plugin(plugin, plugins)
    return {result.number: (result.state, result.findings) for result in found.results}
