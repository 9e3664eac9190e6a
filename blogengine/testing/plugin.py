"""What pytest loads of blogengine: two options, and nothing else until one of them is used.

The fixtures come in when the ini option `blogengine_plugins` stands in the project's settings, so
that other projects in the same environment keep their own `blog`, `client` and `freeze`.
"""

from __future__ import annotations

import pytest

FIXTURES = "blogengine.testing.fixtures"
CHECKING = "blogengine.testing.collecting"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the two options."""
    parser.addini(
        "blogengine_plugins",
        "Plugins of blogengine under test: names, or paths of files and folders.",
        type="args",
        default=None,
    )
    parser.addoption(
        "--blogengine-check",
        metavar="NAME",
        default=None,
        help="Run the checks of blogengine on a plugin, each as a test.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Bring in what is asked for."""
    if config.getini("blogengine_plugins") is not None:
        config.pluginmanager.import_plugin(FIXTURES)
    if config.getoption("--blogengine-check"):
        config.pluginmanager.import_plugin(CHECKING)
