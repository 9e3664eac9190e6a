"""The command `blogengine`."""

from blogengine.cli.main import main

__all__ = ["main"]
